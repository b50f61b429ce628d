/**
 * Sends events to another server, as an EventList, and again where that fails for whatever reason.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/audit/webhook/webhook.go, and DefaultRetryBackoffWithInitialDelay of
 * pkg/util/webhook/webhook.go.
 */
import { WEBHOOK_TIMEOUT, throwUnlessSuccessful, withExponentialBackoff } from '../http/webhook.ts';
import type { PostToWebhook } from '../http/webhook.ts';
import type { Logger } from '../observe/logger.ts';
import { encodeEventList } from './encode.ts';
import type { AuditEvent } from './event.ts';
import { handlePluginError } from './plugin-error.ts';
import type { Backend } from './types.ts';

/** `initialBackoff`: milliseconds before the first call is tried again. */
export function newWebhookBackend(post: PostToWebhook, { initialBackoff, log }: { initialBackoff: number; log: Logger }): Backend {
  const backoff = { steps: 5, duration: initialBackoff, factor: 1.5, jitter: 0.2 };
  const underWay = new Set<Promise<boolean>>();

  async function send(events: readonly AuditEvent[]): Promise<boolean> {
    const body = `${encodeEventList(events)}\n`;
    const call = async () => throwUnlessSuccessful(await post(body, AbortSignal.timeout(WEBHOOK_TIMEOUT)));
    try {
      await withExponentialBackoff(call, backoff, () => true);
      return true;
    } catch (err) {
      handlePluginError(log, 'webhook', err, events);
      return false;
    }
  }

  return {
    processEvents(...events) {
      const sending = send(events).finally(() => underWay.delete(sending));
      underWay.add(sending);
      return sending;
    },
    async shutdown() {
      await Promise.all(underWay);
    },
  };
}
