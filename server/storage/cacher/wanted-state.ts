/**
 * What a list asks the cache for.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/delegator and WaitUntilFreshAndGetList of watch_cache.go.
 */
import { parseResourceVersion } from '../api-object-versioner.ts';
import type { ListOptions } from '../interfaces.ts';
import { validateListOptions } from '../list-options.ts';

/** The state of one revision exactly, or the newest that is no older than it, from a key on. */
export interface WantedState {
  revision: number;
  isExact: boolean;
  /** No older than etcd is now. */
  isConsistent: boolean;
  from: string | undefined;
}

export function wantedBy(key: string, options: ListOptions): WantedState {
  const { withRev, continueKey } = validateListOptions(key, options);
  const isExact = withRev > 0;
  return { revision: withRev || parseResourceVersion(options.resourceVersion), isExact, isConsistent: !isExact && options.resourceVersion === '', from: continueKey };
}

/** A list at revision 0 is answered whole, whatever it says of a limit. */
export function withoutLimitAtZero(options: ListOptions): ListOptions {
  return options.resourceVersion === '0' ? { ...options, predicate: { ...options.predicate, limit: 0 } } : options;
}
