/**
 * FieldsV1, the written form of a set: an object for each level, `.` where a path with paths below it is a member.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/fieldpath/serialize.go.
 */
import { isFields } from '../../access.ts';
import { parsePathElement } from './path-element.ts';
import type { FieldSet } from './set.ts';
import { EMPTY, MEMBER, below, branch, sortedElements, union } from './set.ts';

export type FieldsV1 = { [element: string]: FieldsV1 };

export function toFieldsV1(set: FieldSet): FieldsV1 {
  const fields: FieldsV1 = {};
  for (const element of sortedElements(set)) {
    const child = below(set, element);
    fields[element] = child.children ? toBranch(child) : {};
  }
  return fields;
}

function toBranch(set: FieldSet): FieldsV1 {
  return set.member ? { '.': {}, ...toFieldsV1(set) } : toFieldsV1(set);
}

/** Elements of a type that is not known are left out, as upstream does; throws for what is no element at all. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const { children } = read(fields);
  return children ? branch(false, children) : EMPTY;
}

function read(fields: unknown): FieldSet {
  if (!isFields(fields)) throw new Error('readObjectStart: expect { or n');
  const children = new Map<string, FieldSet>();
  let member = false;
  for (const key in fields) {
    if (key === '.') {
      member = true;
      continue;
    }
    const element = parsePathElement(key);
    if (element === undefined) continue;
    const child = read(fields[key]);
    const known = children.get(element);
    children.set(element, known ? union(known, child) : child);
  }
  return children.size === 0 ? MEMBER : branch(member, children);
}
