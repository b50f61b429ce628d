/**
 * The fields that a whole value comes or goes with: unlike in an applied configuration, each level is one of them.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/compare.go, for a value that only one side has.
 */
import { isFields } from '../../access.ts';
import type { PathElement } from '../fieldpath/path-element.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import { MEMBER, branch } from '../fieldpath/set.ts';
import type { TypeRef } from './atom.ts';
import { deduceType } from './atom.ts';
import { itemsByElement } from './list-item.ts';

export function presence(value: unknown, ref: TypeRef): FieldSet {
  if (typeof value !== 'object' || value === null) return MEMBER;
  const type = deduceType(ref.atom, value);
  if (type.is === 'scalar' || type.atomic) return MEMBER;
  const children = new Map<PathElement, FieldSet>();
  if (type.is === 'map' && isFields(value)) {
    for (const key in value) {
      const field = type.fields.get(key);
      const entry = field?.type ?? type.rest;
      if (value[key] !== undefined && entry) children.set(field?.element ?? fieldElement(key), presence(value[key], entry));
    }
  } else if (type.is === 'list' && Array.isArray(value)) {
    for (const [element, items] of itemsByElement(type, value)) {
      children.set(element, items.length === 1 ? presence(items[0], type.items) : MEMBER);
    }
  }
  return branch(true, children);
}
