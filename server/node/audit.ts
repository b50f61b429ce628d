/**
 * What is written down of requests, and where, by flags.
 *
 * Upstream: AuditOptions of k8s.io/apiserver/pkg/server/options/audit.go. As there, nothing is without a policy.
 */
import { newBufferedBackend } from '../audit/buffered.ts';
import { FORMATS, newLogBackend } from '../audit/log.ts';
import type { Writer } from '../audit/log.ts';
import { ignoreErrors } from '../audit/modes.ts';
import { newPolicyRuleEvaluator } from '../audit/policy.ts';
import { newTruncateBackend } from '../audit/truncate.ts';
import type { Backend } from '../audit/types.ts';
import { union } from '../audit/union.ts';
import { newWebhookBackend } from '../audit/webhook.ts';
import { newAggregate } from '../http/aggregate.ts';
import type { Logger } from '../observe/logger.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { openLogFile } from './audit-log-file.ts';
import { validateAuditFlags } from './audit-options.ts';
import { loadPolicyFromFile } from './audit-policy-file.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';
import { loadWebhookClient } from './webhook-client.ts';

const clock = { now: () => Date.now() };
const MEGABYTE = 1024 * 1024;

/** Throws a UsageError of one line; undefined where nothing is to be written down. */
export async function auditFromFlags(flags: Flags, log: Logger): Promise<ServerConfig['audit']> {
  const errors = validateAuditFlags(flags);
  if (errors.length > 0) throw new UsageError(newAggregate(errors).message);
  const policyFile = flags['audit-policy-file'];
  const policy = policyFile ? newPolicyRuleEvaluator(await loadPolicyFromFile(policyFile, log)) : undefined;
  const writer = flags['audit-log-path'] ? writerTo(flags['audit-log-path'], flags) : undefined;
  const hook = flags['audit-webhook-config-file'];
  if (!policy) {
    await writer?.close();
    if (writer) log.info('No audit policy file provided, no events will be recorded for log backend');
    if (hook) log.info('No audit policy file provided, no events will be recorded for webhook backend');
    return undefined;
  }
  const format = FORMATS.find((each) => each === flags['audit-log-format']) ?? 'json';
  const initialBackoff = flags['audit-webhook-batch-initial-backoff'] ?? flags['audit-webhook-initial-backoff'] ?? 10_000;
  const backends = [
    ...(writer ? [wrap(newLogBackend(writer, format, log), 'log', flags, log)] : []),
    ...(hook ? [wrap(newWebhookBackend(await loadWebhookClient('audit-webhook-config-file', hook), { initialBackoff, log }), 'webhook', flags, log)] : []),
  ];
  const [first, ...others] = backends;
  return first && { backend: union(first, ...others), policy };
}

function writerTo(path: string, flags: Flags): Writer {
  if (path === '-') return stdout;
  const [maxSize, maxBackups, maxAge] = [flags['audit-log-maxsize'] * MEGABYTE, flags['audit-log-maxbackup'], flags['audit-log-maxage']];
  return openLogFile({ path, maxSize, maxBackups, maxAge, compress: flags['audit-log-compress'] }, clock);
}

const stdout: Writer = {
  write: (line) => void process.stdout.write(line),
  close: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
};

function wrap(backend: Backend, name: 'log' | 'webhook', flags: Flags, log: Logger): Backend {
  const inMode = inModeOf(backend, name, flags, log);
  if (!flags[`audit-${name}-truncate-enabled`]) return inMode;
  return newTruncateBackend(inMode, { maxEventSize: flags[`audit-${name}-truncate-max-event-size`], maxBatchSize: flags[`audit-${name}-truncate-max-batch-size`] }, log);
}

function inModeOf(backend: Backend, name: 'log' | 'webhook', flags: Flags, log: Logger): Backend {
  const mode = flags[`audit-${name}-mode`];
  if (mode === 'blocking-strict') return backend;
  if (mode === 'blocking') return ignoreErrors(backend);
  const throttle = { qps: flags[`audit-${name}-batch-throttle-qps`], burst: flags[`audit-${name}-batch-throttle-burst`] };
  const config = {
    bufferSize: flags[`audit-${name}-batch-buffer-size`],
    maxBatchSize: flags[`audit-${name}-batch-max-size`],
    maxBatchWait: flags[`audit-${name}-batch-max-wait`],
    ...(flags[`audit-${name}-batch-throttle-enable`] && { throttle }),
    asyncDelegate: name === 'webhook',
  };
  return newBufferedBackend(backend, config, { log, clock });
}
