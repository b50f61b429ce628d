/**
 * The fields that an applied configuration lays claim to: its leaves, its list items, and its entries of maps.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/tofieldset.go.
 */
import { isFields } from '../../access.ts';
import type { Fields } from '../../access.ts';
import type { PathElement } from '../fieldpath/path-element.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import { EMPTY, MEMBER, branch, isEmpty } from '../fieldpath/set.ts';
import type { ListType, MapType, TypeRef } from './atom.ts';
import { deduceType } from './atom.ts';
import { itemsByElement } from './list-item.ts';

export function toFieldSet(value: unknown, ref: TypeRef): FieldSet {
  const type = deduceType(ref.atom, value);
  if (type.is === 'scalar' || type.atomic) return MEMBER;
  if (type.is === 'map') return isFields(value) ? fieldsOf(type, value) : EMPTY;
  return Array.isArray(value) ? itemsOf(type, value) : EMPTY;
}

/** A struct's field counts by what is in it; an entry of a map, and what is empty, counts itself. */
function fieldsOf(type: MapType, value: Fields): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [key, entry] of Object.entries(value)) {
    const field = type.fields.get(key);
    const ref = field?.type ?? type.rest;
    if (!ref || entry === undefined) continue;
    const inside = toFieldSet(entry, ref);
    const counts = !field || entry === null || (isFields(entry) && Object.keys(entry).length === 0);
    const set = counts ? branch(true, inside.children) : inside;
    if (!isEmpty(set)) children.set(fieldElement(key), set);
  }
  return branch(false, children);
}

function itemsOf(type: ListType, value: unknown[]): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, items] of itemsByElement(type, value)) {
    children.set(element, items.length === 1 ? branch(true, toFieldSet(items[0], type.items).children) : MEMBER);
  }
  return branch(false, children);
}
