/**
 * Which objects a policy is about.
 *
 * Upstream: validateMatchResources of pkg/apis/admissionregistration/validation/validation.go.
 */
import { isFields, strings, struct, structs } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isPathSegmentName } from '../../names.ts';
import { check, eachSliceVal } from '../checks.ts';
import { validateLabelSelector } from '../labels.ts';
import { validateRuleWithOperations } from './rules.ts';

/** One of a few values; empty is none of them. */
export function validateChoice(obj: Fields, name: string, supported: readonly string[], at: Path): FieldError[] {
  const value = obj[name];
  if (value === undefined) return [required(at.child(name))];
  return supported.includes(String(value)) ? [] : [notSupported(at.child(name), value, supported)];
}

function validateNamedRule(rule: Fields, at: Path): FieldError[] {
  const names = strings(rule, 'resourceNames');
  return [
    ...eachSliceVal(names, at.child('resourceNames'), (name, at, i) => [
      ...check(isPathSegmentName(name), name, at),
      ...(names.indexOf(name) < i ? [duplicate(at, name)] : []),
    ]),
    ...validateRuleWithOperations(rule, at),
  ];
}

export function validateMatchResources(match: Fields, at: Path): FieldError[] {
  return [
    ...validateChoice(match, 'matchPolicy', ['Equivalent', 'Exact'], at),
    ...['namespaceSelector', 'objectSelector'].flatMap((name) => (isFields(match[name]) ? validateLabelSelector(struct(match, name), at.child(name)) : [required(at.child(name))])),
    ...['resourceRules', 'excludeResourceRules'].flatMap((name) => eachSliceVal(structs(match, name), at.child(name), validateNamedRule)),
  ];
}

const mutable = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** What is deleted is not changed before. */
export function validateMutatingOperations(match: Fields, at: Path): FieldError[] {
  const operations = structs(match, 'resourceRules').flatMap((rule) => strings(rule, 'operations'));
  return operations.filter((operation) => !mutable.includes(operation)).map((operation) => notSupported(at.child('resourceRules', 'operations'), operation, mutable));
}
