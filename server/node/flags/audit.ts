/**
 * What is written down of requests, and where.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/audit.go.
 */
import { z } from 'zod';
import { boolean, duration } from './values.ts';

const integer = z.string().regex(/^-?\d{1,15}$/, 'must be a whole number').transform(Number);
const number = z.string().regex(/^-?\d{1,15}(\.\d+)?$/, 'must be a number').transform(Number);

export const auditFlags = {
  'audit-policy-file': z.string().optional().describe('Policy that says which requests are written down, and how much of them; without it, none is.'),
  'audit-log-path': z.string().optional().describe('File that gets a line for each event; - is standard output.'),
  'audit-log-format': z.string().default('json').describe('json, or legacy for a line of text.'),
  'audit-log-version': z.string().default('audit.k8s.io/v1').describe('Version of the events in the log.'),
  'audit-log-maxage': integer.prefault('366').describe('Days that old log files are kept; 0 for any time.'),
  'audit-log-maxbackup': integer.prefault('100').describe('Old log files that are kept; 0 for any number.'),
  'audit-log-maxsize': integer.prefault('100').describe('Megabytes of the log before a new one is begun; 0 for any size.'),
  'audit-log-compress': boolean.prefault('false').describe('Whether old log files are compressed.'),
  'audit-log-mode': z.string().default('blocking').describe('blocking: requests wait for their events; blocking-strict: and fail with them; batch: they do not wait.'),
  'audit-log-batch-buffer-size': integer.prefault('10000').describe('Events that may wait to be written.'),
  'audit-log-batch-max-size': integer.prefault('1').describe('Events that are written at once.'),
  'audit-log-batch-max-wait': duration.prefault('0s').describe('How long an event waits for others.'),
  'audit-log-batch-throttle-enable': boolean.prefault('false').describe('Whether the rate of batches is limited.'),
  'audit-log-batch-throttle-qps': number.prefault('0').describe('Batches a second.'),
  'audit-log-batch-throttle-burst': integer.prefault('0').describe('Batches at once.'),
  'audit-log-truncate-enabled': boolean.prefault('false').describe('Whether events that are too large lose their bodies.'),
  'audit-log-truncate-max-batch-size': integer.prefault('10485760').describe('Bytes of a batch.'),
  'audit-log-truncate-max-event-size': integer.prefault('102400').describe('Bytes of an event.'),
  'audit-webhook-config-file': z.string().optional().describe('kubeconfig of a webhook that events are sent to.'),
  'audit-webhook-version': z.string().default('audit.k8s.io/v1').describe('Version of the events that it is sent.'),
  'audit-webhook-initial-backoff': duration.optional().describe('How long after a failure it is tried again; 10s if nothing is said.'),
  'audit-webhook-batch-initial-backoff': duration.optional().describe('Deprecated: use --audit-webhook-initial-backoff.'),
  'audit-webhook-mode': z.string().default('batch').describe('As --audit-log-mode.'),
  'audit-webhook-batch-buffer-size': integer.prefault('10000').describe('Events that may wait to be sent.'),
  'audit-webhook-batch-max-size': integer.prefault('400').describe('Events that are sent at once.'),
  'audit-webhook-batch-max-wait': duration.prefault('30s').describe('How long an event waits for others.'),
  'audit-webhook-batch-throttle-enable': boolean.prefault('true').describe('Whether the rate of batches is limited.'),
  'audit-webhook-batch-throttle-qps': number.prefault('10').describe('Batches a second.'),
  'audit-webhook-batch-throttle-burst': integer.prefault('15').describe('Batches at once.'),
  'audit-webhook-truncate-enabled': boolean.prefault('false').describe('Whether events that are too large lose their bodies.'),
  'audit-webhook-truncate-max-batch-size': integer.prefault('10485760').describe('Bytes of a batch.'),
  'audit-webhook-truncate-max-event-size': integer.prefault('102400').describe('Bytes of an event.'),
};
