/**
 * Lays an applied configuration over a value: what it says wins, and nothing is removed.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/merge.go. Expects values that fit their type. The result shares
 * nothing with what went in.
 */
import { isFields } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { deepCopy } from '../../deep.ts';
import type { ListType, MapType, TypeRef } from './atom.ts';
import { deduceType, entryType } from './atom.ts';
import { mergeLists } from './merge-lists.ts';
import { ownField } from './own-field.ts';

/** Undefined stands for what a side does not have; one of them has something. */
export function merge(lhs: unknown, rhs: unknown, ref: TypeRef): unknown {
  if (rhs === undefined) return deepCopy(lhs);
  const type = deduceType(ref.atom, rhs);
  if (type.is === 'map' && !type.atomic) return mergeMaps(type, lhs, rhs);
  if (type.is === 'list' && !type.atomic) return mergeItems(type, lhs, rhs);
  return deepCopy(rhs);
}

function mergeMaps(type: MapType, lhs: unknown, rhs: unknown): unknown {
  const left: Fields = isFields(lhs) ? lhs : {};
  const right: Fields = isFields(rhs) ? rhs : {};
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  if (keys.size === 0) return deepCopy(rhs); // empty or null, as it was said
  // entries, and no assignments: a key may be `__proto__`
  const entries = [...keys].map((key): [string, unknown] => {
    const ref = entryType(type, key);
    return [key, ref ? merge(ownField(left, key), ownField(right, key), ref) : deepCopy(ownField(left, key))];
  });
  return Object.fromEntries(entries);
}

function mergeItems(type: ListType, lhs: unknown, rhs: unknown): unknown {
  const left: unknown[] = Array.isArray(lhs) ? lhs : [];
  const right: unknown[] = Array.isArray(rhs) ? rhs : [];
  if (left.length === 0 && right.length === 0) return deepCopy(rhs);
  return mergeLists(type, left, right, (before, after) => merge(before, after, type.items));
}
