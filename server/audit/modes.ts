/**
 * Whether a request waits for its events, and whether it fails with them.
 *
 * Upstream: AuditBatchOptions.wrapBackend of k8s.io/apiserver/pkg/server/options/audit.go.
 */
import type { Backend } from './types.ts';

export const MODES = ['batch', 'blocking', 'blocking-strict'] as const;

/** A request is waited with, and served even so. */
export function ignoreErrors(delegate: Backend): Backend {
  return {
    processEvents(...events) {
      const processed = delegate.processEvents(...events);
      return typeof processed === 'boolean' ? true : processed.then(() => true);
    },
    shutdown: () => delegate.shutdown(),
  };
}
