/**
 * Which fields one value adds to, removes from and changes in another of the same type.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/compare.go. Expects values that fit their type.
 */
import { isFields } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { deepEqual } from '../../deep.ts';
import type { PathElement } from '../fieldpath/path-element.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import { EMPTY, MEMBER, branch, union } from '../fieldpath/set.ts';
import type { ListType, MapType, TypeRef } from './atom.ts';
import { deduceType, entryType } from './atom.ts';
import { itemsByElement } from './list-item.ts';
import { ownField } from './own-field.ts';
import { presence } from './presence.ts';

/** No field is in more than one of them. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

const SAME: Comparison = { removed: EMPTY, modified: EMPTY, added: EMPTY };
const MODIFIED: Comparison = { ...SAME, modified: MEMBER };

/** The comparisons of what is below one path, put together. */
class Below {
  readonly #sets: Record<keyof Comparison, Map<PathElement, FieldSet> | undefined> = { removed: undefined, modified: undefined, added: undefined };

  add(change: keyof Comparison, element: PathElement, set: FieldSet): void {
    (this.#sets[change] ??= new Map()).set(element, set);
  }

  descend(element: PathElement, { removed, modified, added }: Comparison): void {
    if (removed !== EMPTY) this.add('removed', element, removed);
    if (modified !== EMPTY) this.add('modified', element, modified);
    if (added !== EMPTY) this.add('added', element, added);
  }

  get comparison(): Comparison {
    const { removed, modified, added } = this.#sets;
    if (!removed && !modified && !added) return SAME;
    return { removed: branch(false, removed), modified: branch(false, modified), added: branch(false, added) };
  }
}

export function compare(lhs: unknown, rhs: unknown, ref: TypeRef): Comparison {
  if (lhs === rhs) return SAME;
  const { atom } = ref;
  const left = deduceType(atom, lhs);
  const right = deduceType(atom, rhs);
  const result = compareAs(right, lhs, rhs);
  if (left === right) return result;
  const other = compareAs(left, lhs, rhs);
  return {
    removed: union(result.removed, other.removed),
    modified: union(result.modified, other.modified),
    added: union(result.added, other.added),
  };
}

function compareAs(type: ReturnType<typeof deduceType>, lhs: unknown, rhs: unknown): Comparison {
  if (type.is === 'map' && !type.atomic) {
    const [left, right] = [isFields(lhs) ? lhs : {}, isFields(rhs) ? rhs : {}];
    // both empty or null: which of the two it is counts as the value
    if (!isEmptyMap(left) || !isEmptyMap(right)) return compareMaps(type, left, right);
  }
  if (type.is === 'list' && !type.atomic) {
    const [left, right] = [Array.isArray(lhs) ? lhs : [], Array.isArray(rhs) ? rhs : []];
    if (left.length > 0 || right.length > 0) return compareLists(type, left, right);
  }
  return deepEqual(lhs, rhs) ? SAME : MODIFIED;
}

function isEmptyMap(map: Fields): boolean {
  for (const _ in map) return false;
  return true;
}

function compareMaps(type: MapType, left: Fields, right: Fields): Comparison {
  const below = new Below();
  for (const key in right) {
    const value = right[key];
    const ref = entryType(type, key);
    if (value === undefined || !ref) continue;
    const element = type.fields.get(key)?.element ?? fieldElement(key);
    const before = ownField(left, key);
    if (before === undefined) below.add('added', element, presence(value, ref));
    else below.descend(element, compare(before, value, ref));
  }
  for (const key in left) {
    const ref = entryType(type, key);
    if (left[key] !== undefined && ownField(right, key) === undefined && ref) below.add('removed', fieldElement(key), presence(left[key], ref));
  }
  return below.comparison;
}

function compareLists(type: ListType, left: unknown[], right: unknown[]): Comparison {
  const below = new Below();
  const before = itemsByElement(type, left);
  const after = itemsByElement(type, right);
  for (const [element, items] of before) {
    if (!after.has(element)) below.add('removed', element, presenceOf(items, type));
  }
  for (const [element, items] of after) {
    const old = before.get(element);
    if (!old) below.add('added', element, presenceOf(items, type));
    else below.descend(element, compareItems(type, old, items));
  }
  return below.comparison;
}

/** Duplicates count as one value; where they come or go, the fields of the single item do the opposite. */
function compareItems(type: ListType, before: unknown[], after: unknown[]): Comparison {
  if (before.length === 1 && after.length === 1) return compare(before[0], after[0], type.items);
  if (before.length > 1 && after.length > 1) return deepEqual(before, after) ? SAME : MODIFIED;
  const single = presence((before.length === 1 ? before : after)[0], type.items);
  return before.length === 1 ? { ...SAME, removed: single, added: MEMBER } : { ...SAME, removed: MEMBER, added: single };
}

const presenceOf = (items: unknown[], type: ListType) => (items.length === 1 ? presence(items[0], type.items) : MEMBER);
