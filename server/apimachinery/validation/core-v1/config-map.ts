/**
 * ConfigMaps.
 *
 * Upstream: ValidateConfigMap and ValidateConfigMapUpdate of pkg/apis/core/validation/validation.go.
 */
import { stringMap } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { Path, forbidden, invalid, newPath, tooLong } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { byteLength, isConfigMapKey } from '../../names.ts';
import { trimRight } from '../../trim.ts';
import type { KubeObject } from '../../types.ts';
import { check, semanticEqual } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

export const maxSecretSize = 1024 * 1024;

/** The length of what base64 text stands for. */
export function decodedLength(base64: string): number {
  return Math.floor((trimRight(base64, '=').length * 3) / 4);
}

/** Once immutable, always immutable, and so is what it holds. */
export function validateImmutable(obj: Fields, old: Fields, fields: string[]): FieldError[] {
  if (old['immutable'] !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const errors = obj['immutable'] === true ? [] : [forbidden(newPath('immutable'), why)];
  return [...errors, ...fields.filter((f) => !semanticEqual(obj[f], old[f])).map((f) => forbidden(newPath(f), why))];
}

function validate(obj: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const data = stringMap(obj, 'data');
  const binaryData = stringMap(obj, 'binaryData');
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    const path = newPath('data').key(key);
    errors.push(...check(isConfigMapKey(key), key, path));
    if (Object.hasOwn(binaryData, key)) errors.push(invalid(path, key, 'duplicate of key present in binaryData'));
    size += byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...check(isConfigMapKey(key), key, newPath('binaryData').key(key)));
    size += decodedLength(value);
  }
  // the path of no field at all is printed like an index without a number
  return size > maxSecretSize ? [...errors, tooLong(new Path('[]'), maxSecretSize)] : errors;
}

export const configMap = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate,
  order: ['meta', 'own', 'create'],
  validateUpdate: (obj, old) => validateImmutable(obj, old, ['data', 'binaryData']),
});
