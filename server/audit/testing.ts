/** Events and backends for tests. */
import { newEvent } from './event.ts';
import type { AuditEvent } from './event.ts';
import type { Backend, Processed } from './types.ts';

export const event = (auditID: string, more: Partial<AuditEvent> = {}): AuditEvent => ({ ...newEvent(auditID), level: 'Metadata', ...more });

/** Keeps the ids of the batches that it is given. */
export function recordingBackend(answer: () => Processed = () => true): Backend & { batches: string[][]; closed: boolean } {
  const batches: string[][] = [];
  return {
    batches,
    closed: false,
    processEvents(...events) {
      batches.push(events.map(({ auditID }) => auditID));
      return answer();
    },
    async shutdown() {
      this.closed = true;
    },
  };
}
