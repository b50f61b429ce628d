/**
 * Which keys a request means: one key, [key, rangeEnd), or, when rangeEnd is the zero byte, all keys from `key` on.
 *
 * Upstream: the rule stands in etcd's rpc.proto; go.etcd.io/etcd/mvcc/index.go follows it.
 */
export interface KeyRange {
  from: string;
  /** Exclusive; undefined: no end. */
  end: string | undefined;
}

export function keyRange(key: string, rangeEnd: string | undefined): KeyRange {
  if (!rangeEnd) return { from: key, end: key + '\0' };
  return { from: key, end: rangeEnd === '\0' ? undefined : rangeEnd };
}

export function inRange(range: KeyRange, key: string): boolean {
  return key >= range.from && (range.end === undefined || key < range.end);
}
