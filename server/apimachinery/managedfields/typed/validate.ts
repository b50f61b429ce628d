/**
 * Checks that a value fits its type.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/validate.go.
 */
import { isFields } from '../../access.ts';
import { fieldElement, formatPathElement } from '../fieldpath/path-element.ts';
import type { ListType, MapType, ScalarType, TypeRef } from './atom.ts';
import { deduceType, entryType } from './atom.ts';
import type { ValidationError } from './errors.ts';
import { ValidationErrors, boxed, fail, goSyntax, goType, withPrefix } from './errors.ts';
import { listItemToPathElement } from './list-item.ts';

/** Throws ValidationErrors, for duplicate items too. */
export function validate(value: unknown, ref: TypeRef): void {
  const errors = check(value, ref);
  if (errors.length > 0) throw new ValidationErrors(errors);
}

function check(value: unknown, ref: TypeRef): ValidationError[] {
  if (value === null) return [];
  const type = deduceType(ref.atom, value);
  switch (type.is) {
    case 'scalar':
      return checkScalar(type, value);
    case 'list':
      return checkList(type, value);
    case 'map':
      return checkMap(type, value);
  }
}

function checkScalar({ scalar }: ScalarType, value: unknown): ValidationError[] {
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' ? [] : fail(`expected numeric (int or float), got ${goType(value)}`);
    case 'string':
      return typeof value === 'string' ? [] : fail(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    case 'boolean':
      return typeof value === 'boolean' ? [] : fail(`expected boolean, got ${boxed(value)}`);
    case 'untyped':
      return typeof value !== 'object' ? [] : fail(`expected any scalar, got ${boxed(value)}`);
  }
}

function checkList(type: ListType, value: unknown): ValidationError[] {
  if (!Array.isArray(value)) return fail(`expected list, got ${boxed(value)}`);
  const errors: ValidationError[] = [];
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    let element = `i:${i}`;
    if (!type.atomic) {
      try {
        element = listItemToPathElement(type, item);
      } catch (err) {
        // what cannot be told from the others has no path for what is wrong in it
        return [...errors, ...fail(`element ${i}: ${err instanceof Error ? err.message : String(err)}`)];
      }
      if (seen.has(element)) errors.push(...fail(`duplicate entries for key ${formatPathElement(element)}`));
      seen.add(element);
    }
    errors.push(...withPrefix(() => formatPathElement(element), check(item, type.items)));
  }
  return errors;
}

function checkMap(type: MapType, value: unknown): ValidationError[] {
  if (!isFields(value)) return fail(`expected map, got ${boxed(value)}`);
  const errors: ValidationError[] = [];
  for (const [key, entry] of Object.entries(value)) {
    const path = () => formatPathElement(fieldElement(key));
    const ref = entryType(type, key);
    if (!ref) return [...errors, ...withPrefix(path, fail('field not declared in schema'))];
    errors.push(...withPrefix(path, check(entry, ref)));
  }
  return errors;
}
