/**
 * Collects events into batches, so that no request waits for them. What comes while the buffer is full is lost, and said
 * to be.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/audit/buffered/buffered.go. There the time of a batch begins with the batch before
 * it, here with its first event.
 */
import type { Clock } from '../http/context.ts';
import type { Logger } from '../observe/logger.ts';
import type { AuditEvent } from './event.ts';
import { handlePluginError } from './plugin-error.ts';
import { TokenBucket } from './throttle.ts';
import type { Backend } from './types.ts';

export interface BatchConfig {
  /** Events that may wait besides those of the batch that is collected. */
  bufferSize: number;
  maxBatchSize: number;
  /** Milliseconds that an event waits at most for others to go with it. */
  maxBatchWait: number;
  /** Batches a second, and at once. */
  throttle?: { qps: number; burst: number };
  /** A batch does not wait for the one before it to be taken. */
  asyncDelegate: boolean;
}

const LONGEST_TIMER = 2 ** 31 - 1;

export function newBufferedBackend(delegate: Backend, config: BatchConfig, { log, clock }: { log: Logger; clock: Clock }): Backend {
  const throttle = config.throttle && new TokenBucket(config.throttle.qps, config.throttle.burst, clock);
  const buffer: AuditEvent[] = [];
  let batch: AuditEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  /** What empties the buffer now; events wait in it meanwhile. */
  let sending: Promise<void> | undefined;

  function accept(event: AuditEvent): void {
    if (sending) {
      buffer.push(event);
      return;
    }
    batch.push(event);
    if (batch.length >= config.maxBatchSize) send();
    else timer ??= setTimeout(send, Math.min(config.maxBatchWait, LONGEST_TIMER));
  }

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    sending = sendAll().finally(() => {
      sending = undefined;
      // these are too few for a batch, and wait for more
      for (const event of buffer.splice(0)) accept(event);
    });
  }

  async function sendAll(): Promise<void> {
    do {
      const events = batch;
      batch = [];
      await throttle?.accept();
      const processed = delegate.processEvents(...events);
      if (!config.asyncDelegate) await processed;
      if (buffer.length >= config.maxBatchSize || closed) batch = buffer.splice(0, config.maxBatchSize);
    } while (batch.length > 0);
  }

  return {
    processEvents(...events) {
      for (const event of events) {
        if (closed) handlePluginError(log, 'buffered', new Error('audit backend shut down'), [event]);
        else if (sending && buffer.length >= config.bufferSize) handlePluginError(log, 'buffered', new Error('audit buffer queue blocked'), [event]);
        else accept(event);
      }
      return true;
    },
    async shutdown() {
      closed = true;
      while (sending || batch.length > 0) {
        if (!sending) send();
        await sending;
      }
      await delegate.shutdown();
    },
  };
}
