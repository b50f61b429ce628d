/**
 * The two priority classes of the system stay.
 *
 * Upstream: pkg/registry/scheduling/priorityclass/storage/storage.go (Delete).
 */
import { newForbidden } from '../../http/status.ts';
import type { RESTStorage } from '../rest.ts';
import type { Store } from '../store.ts';

const SYSTEM = ['system-cluster-critical', 'system-node-critical'];

export function newPriorityClassREST(rest: RESTStorage, store: Store): RESTStorage {
  return {
    ...rest,
    async delete(ctx, name, validate, options) {
      if (SYSTEM.includes(name)) throw newForbidden(store.resource, name, 'this is a system priority class and cannot be deleted');
      return store.delete(ctx, name, validate, options);
    },
  };
}
