/**
 * Environment variables of containers, and the sources of their values.
 *
 * Upstream: ValidateEnv, ValidateEnvFrom, validateEnvVarValueFrom, validateFileKeyRefVolumes of
 * pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notFound, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isConfigMapKey, isDNS1123Label, isDNS1123Subdomain, isEnvVarName } from '../../names.ts';
import { check, eachSliceVal } from '../checks.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { inEnv, validateFieldRef, validateResourceFieldRef } from './field-refs.ts';
import { validatePathNoBacksteps } from './paths.ts';
import type { Container } from './visit.ts';

/** Text that must be there, and as `reasons` has it. */
function validateText(ref: Fields, name: string, path: Path, reasons: (value: string) => string[]): FieldError[] {
  const value = text(ref, name);
  return value === '' ? [required(path.child(name))] : check(reasons(value), value, path.child(name));
}

function validateKeySelector(ref: Fields, path: Path): FieldError[] {
  const name = text(ref, 'name');
  return [...check(isDNS1123Subdomain(name), name, path.child('name')), ...validateText(ref, 'key', path, isConfigMapKey)];
}

function validateFileKeySelector(ref: Fields, path: Path): FieldError[] {
  const to = text(ref, 'path');
  return [
    ...validateText(ref, 'key', path, isEnvVarName),
    ...validateText(ref, 'volumeName', path, isDNS1123Label),
    ...(to === '' ? [required(path.child('path'))] : validatePathNoBacksteps(to, path.child('path'))),
  ];
}

const sources: Record<string, (ref: Fields, path: Path) => FieldError[]> = {
  fieldRef: (ref, path) => validateFieldRef(ref, inEnv, path),
  resourceFieldRef: (ref, path) => validateResourceFieldRef(ref, path, false),
  configMapKeyRef: validateKeySelector,
  secretKeyRef: validateKeySelector,
  fileKeyRef: validateFileKeySelector,
};

function validateValueFrom(env: Fields, path: Path): FieldError[] {
  const { valueFrom } = env;
  if (!isFields(valueFrom)) return [];
  const given = Object.entries(sources).filter(([name]) => isFields(valueFrom[name]));
  const errors = given.flatMap(([name, validate]) => validate(struct(valueFrom, name), path.child(name)));
  if (given.length === 0) errors.push(invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'));
  else if (text(env, 'value') !== '') errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (given.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

export function validateEnv(vars: Fields[], path: Path): FieldError[] {
  return eachSliceVal(vars, path, (env, at) => [...validateText(env, 'name', at, isEnvVarName), ...validateValueFrom(env, at.child('valueFrom'))]);
}

export function validateEnvFrom(vars: Fields[], path: Path): FieldError[] {
  return eachSliceVal(vars, path, (env, at) => {
    const prefix = text(env, 'prefix');
    const refs = ['configMapRef', 'secretRef'].filter((name) => isFields(env[name]));
    const errors = prefix === '' ? [] : check(isEnvVarName(prefix), prefix, at.child('prefix'));
    errors.push(...refs.flatMap((name) => validateText(struct(env, name), 'name', at.child(name), (value) => nameIsDNSSubdomain(value, true))));
    if (refs.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (refs.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

/** Values come from files that containers of the pod write themselves. */
export function validateFileKeyRefVolumes(volumes: Fields[], containers: Container[]): FieldError[] {
  return containers.flatMap(([container, at]) =>
    structs(container, 'env').flatMap((env, i) => {
      const ref = struct(env, 'valueFrom')['fileKeyRef'];
      if (!isFields(ref)) return [];
      const name = text(ref, 'volumeName');
      const volume = volumes.findLast((v) => text(v, 'name') === name);
      const field = at.child('env').index(i).child('valueFrom', 'fileKeyRef', 'volumeName');
      if (!volume) return [notFound(field, name)];
      return isFields(volume['emptyDir']) ? [] : [invalid(field, name, 'referenced volume must be of type emptyDir')];
    }),
  );
}
