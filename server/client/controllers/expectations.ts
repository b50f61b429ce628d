/**
 * What a controller has asked for and not seen yet. As long as its informer does not show it, the controller would ask for
 * it again.
 *
 * Upstream: pkg/controller/controller_utils.go (UIDTrackingControllerExpectations).
 */
import type { Clock } from '../../http/context.ts';

export interface ControllerExpectations {
  /** Nothing is outstanding, or for so long that it will not come. */
  satisfied(key: string): boolean;
  expectCreations(key: string, count: number): void;
  creationObserved(key: string): void;
  expectDeletions(key: string, uids: readonly string[]): void;
  deletionObserved(key: string, uid: string): void;
  deleteExpectations(key: string): void;
}

const TIMEOUT = 300_000;

export function newControllerExpectations(clock: Clock): ControllerExpectations {
  const all = new Map<string, { creations: number; deletions: Set<string>; since: number }>();
  const of = (key: string) => {
    const known = all.get(key) ?? { creations: 0, deletions: new Set(), since: 0 };
    all.set(key, known);
    return Object.assign(known, { since: clock.now() });
  };
  return {
    satisfied(key) {
      const known = all.get(key);
      return !known || (known.creations <= 0 && known.deletions.size === 0) || clock.now() - known.since > TIMEOUT;
    },
    expectCreations(key, count) {
      of(key).creations = count;
    },
    creationObserved(key) {
      const known = all.get(key);
      if (known && known.creations > 0) known.creations--;
    },
    expectDeletions(key, uids) {
      of(key).deletions = new Set(uids);
    },
    deletionObserved: (key, uid) => void all.get(key)?.deletions.delete(uid),
    deleteExpectations: (key) => void all.delete(key),
  };
}
