/**
 * What a schema alone can refuse: values of another type, values that an enumeration does not have, structs that are
 * not there.
 *
 * Upstream: k8s.io/kube-openapi/pkg/validation/validate, as apiextensions words it. Lists that are required may be
 * null: that is how Go writes one without items.
 */
import { isFields } from '../access.ts';
import { newPath, notSupported, required, typeInvalid } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import type { Schema } from '../schema.ts';
import type { Scheme } from '../scheme.ts';
import type { KubeObject } from '../types.ts';
import { parseGroupVersion } from '../types.ts';
import { eachSliceVal } from './checks.ts';

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function isOfType(value: unknown, { type, oneOf }: Schema): boolean {
  const allowed = oneOf ? oneOf.map((s) => s.type) : [type];
  const actual = typeOf(value);
  return allowed.some((t) => t === undefined || t === actual || (t === 'number' && actual === 'integer'));
}

export function validateStructure(scheme: Scheme, obj: KubeObject): FieldError[] {
  const gv = parseGroupVersion(obj.apiVersion);
  const schema = gv && scheme.schemaFor({ ...gv, kind: obj.kind });
  return schema ? validateSchema(scheme, schema, obj, newPath()) : [];
}

function validateSchema(scheme: Scheme, schema: Schema, value: unknown, path: Path): FieldError[] {
  const type = scheme.resolve(schema);
  if (value === null || value === undefined) return [];
  if (!isOfType(value, type)) {
    const actual = typeOf(value);
    return [typeInvalid(path, actual, `${path.toString()} in body must be of type ${type.type ?? 'string'}: "${actual}"`)];
  }
  if (Array.isArray(value)) return eachSliceVal(value, path, (item, at) => validateSchema(scheme, type.items ?? {}, item, at));
  if (isFields(value)) return validateObject(scheme, type, value, path);
  const { enum: supported } = type;
  return supported && value !== '' && !supported.includes(String(value)) ? [notSupported(path, value, supported.toSorted())] : [];
}

function validateObject(scheme: Scheme, type: Schema, value: Record<string, unknown>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of type.required ?? []) {
    const field = type.properties?.[name];
    const isStruct = field !== undefined && scheme.resolve(field).properties !== undefined;
    if (isStruct && !isFields(value[name])) errors.push(required(path.child(name)));
  }
  for (const [name, item] of Object.entries(value)) {
    const field = type.properties?.[name];
    if (field) errors.push(...validateSchema(scheme, field, item, path.child(name)));
    else if (type.additionalProperties) errors.push(...validateSchema(scheme, type.additionalProperties, item, path.key(name)));
  }
  return errors;
}
