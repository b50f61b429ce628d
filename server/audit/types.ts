/**
 * Where audit events go.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/types.go. Leaves out Run: a backend begins with its first event.
 */
import type { AuditEvent } from './event.ts';

/** Whether the events are where they should be; a promise where that takes longer than the call. */
export type Processed = boolean | Promise<boolean>;

export interface Sink {
  /** An event is not changed once it is here. */
  processEvents(...events: AuditEvent[]): Processed;
}

export interface Backend extends Sink {
  /** Resolves when all that was taken is where it should be; what comes later is refused. */
  shutdown(): Promise<void>;
}
