/**
 * A value without the fields and items of a set. What a removal leaves empty stays, as an empty object or list.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/remove.go. Leaves out extraction, which only clients need.
 */
import { isFields } from '../../access.ts';
import type { PathElement } from '../fieldpath/path-element.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import type { TypeRef } from './atom.ts';
import { deduceType, entryType } from './atom.ts';
import { listItemToPathElement } from './list-item.ts';

export function removeItems(value: unknown, set: FieldSet, ref: TypeRef): unknown {
  const type = deduceType(ref.atom, value);
  if (type.is === 'map' && isFields(value)) {
    if (type.atomic) return {};
    const out: [string, unknown][] = [];
    for (const [key, entry] of Object.entries(value)) {
      keep(entry, set.children?.get(fieldElement(key)), entryType(type, key), (kept) => out.push([key, kept]));
    }
    return Object.fromEntries(out);
  }
  if (type.is === 'list' && Array.isArray(value)) {
    const out: unknown[] = [];
    if (type.atomic) return out;
    for (const item of value) keep(item, set.children?.get(elementOf(item)), type.items, (kept) => out.push(kept));
    return out;
  }
  return value;

  function elementOf(item: unknown): PathElement {
    return type.is === 'list' ? listItemToPathElement(type, item) : '';
  }
}

function keep(value: unknown, remove: FieldSet | undefined, ref: TypeRef | undefined, use: (kept: unknown) => void): void {
  if (remove?.member) return;
  use(remove?.children && ref ? removeItems(value, remove, ref) : value);
}
