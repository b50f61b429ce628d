/**
 * Keeps events and batches below a size: what is too large goes without its bodies, and is lost if it is too large even
 * so.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/audit/truncate/truncate.go.
 */
import { newAggregate } from '../http/aggregate.ts';
import type { Logger } from '../observe/logger.ts';
import { encodeEvent } from './encode.ts';
import type { AuditEvent } from './event.ts';
import { handlePluginError } from './plugin-error.ts';
import { atLeast } from './policy.ts';
import type { Backend, Processed } from './types.ts';
import { all } from './union.ts';

export interface TruncateConfig {
  /** Bytes. */
  maxEventSize: number;
  maxBatchSize: number;
}

export function newTruncateBackend(delegate: Backend, { maxEventSize, maxBatchSize }: TruncateConfig, log: Logger): Backend {
  return {
    processEvents(...events) {
      const results: Processed[] = [];
      const lost: AuditEvent[] = [];
      let batch: AuditEvent[] = [];
      let batchSize = 0;
      for (const whole of events) {
        const event = sizeOf(whole) > maxEventSize && atLeast(whole.level, 'Request') ? truncate(whole) : whole;
        const size = sizeOf(event);
        if (size > maxEventSize) {
          lost.push(event);
          continue;
        }
        if (batch.length > 0 && batchSize + size > maxBatchSize) {
          results.push(delegate.processEvents(...batch));
          batch = [];
          batchSize = 0;
        }
        batch.push(event);
        batchSize += size;
      }
      if (batch.length > 0) results.push(delegate.processEvents(...batch));
      if (lost.length > 0) handlePluginError(log, 'truncate', newAggregate(lost.map(() => 'event is too large even after truncating')), lost);
      return all(results);
    },
    shutdown: () => delegate.shutdown(),
  };
}

const encoder = new TextEncoder();

/** With the end of its line. */
const sizeOf = (event: AuditEvent) => encoder.encode(encodeEvent(event)).length + 1;

function truncate({ requestObject: _requestObject, responseObject: _responseObject, ...event }: AuditEvent): AuditEvent {
  return { ...event, annotations: { ...event.annotations, 'audit.k8s.io/truncated': 'true' } };
}
