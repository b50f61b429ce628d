/**
 * Environment variables of containers, and the sources of their values.
 *
 * Upstream: ValidateEnv, ValidateEnvFrom, validateEnvVarValueFrom of pkg/apis/core/validation/validation.go,
 * ConvertDownwardAPIFieldLabel of pkg/apis/core/pods/helpers.go.
 */
import { isFields, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isConfigMapKey, isDNS1123Subdomain, isEnvVarName } from '../../names.ts';
import { check, requireText, validateQualifiedName } from '../checks.ts';

const labels = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName', 'status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs', 'spec.host'];
const inEnv = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'];

/** `metadata.labels['x']` in its two parts. */
const subscripted = /^(.+)\['(.*)'\]$/;

function validateFieldRef(ref: Fields, path: Path): FieldError[] {
  const unset = ['apiVersion', 'fieldPath'].find((name) => text(ref, name) === '');
  if (unset) return [required(path.child(unset))];
  const fieldPath = text(ref, 'fieldPath');
  const refuse = (why: string) => [invalid(path.child('fieldPath'), fieldPath, `error converting fieldPath: ${why}`)];
  if (text(ref, 'apiVersion') !== 'v1') return refuse(`unsupported pod version: ${text(ref, 'apiVersion')}`);
  const [, map = '', key = ''] = subscripted.exec(fieldPath) ?? [];
  if (map === 'metadata.annotations') return validateQualifiedName(key.toLowerCase(), path);
  if (map === 'metadata.labels') return validateQualifiedName(key, path);
  if (map !== '') return refuse(`field label does not support subscript: ${fieldPath}`);
  if (!labels.includes(fieldPath)) return refuse(`field label not supported: ${fieldPath}`);
  const known = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  return inEnv.includes(known) ? [] : [notSupported(path.child('fieldPath'), known, inEnv.toSorted())];
}

function validateKeySelector(ref: Fields, path: Path): FieldError[] {
  const [name, key] = [text(ref, 'name'), text(ref, 'key')];
  return [
    ...check(isDNS1123Subdomain(name), name, path.child('name')),
    ...(key === '' ? [required(path.child('key'))] : check(isConfigMapKey(key), key, path.child('key'))),
  ];
}

const sources: Record<string, (ref: Fields, path: Path) => FieldError[]> = {
  fieldRef: validateFieldRef,
  resourceFieldRef: (ref, path) => requireText(ref, 'resource', path),
  configMapKeyRef: validateKeySelector,
  secretKeyRef: validateKeySelector,
  fileKeyRef: (ref, path) => ['volumeName', 'path', 'key'].flatMap((name) => requireText(ref, name, path)),
};

function validateValueFrom(env: Fields, path: Path): FieldError[] {
  const { valueFrom } = env;
  if (!isFields(valueFrom)) return [];
  const given = Object.entries(sources).flatMap(([name, validate]) => {
    const ref = valueFrom[name];
    return isFields(ref) ? [() => validate(ref, path.child(name))] : [];
  });
  const errors = given.flatMap((validate) => validate());
  if (given.length === 0) errors.push(invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'));
  else if (text(env, 'value') !== '') errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (given.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

export function validateEnv(vars: Fields[], path: Path): FieldError[] {
  return vars.flatMap((env, i) => {
    const at = path.index(i);
    const name = text(env, 'name');
    return [...(name === '' ? [required(at.child('name'))] : check(isEnvVarName(name), name, at.child('name'))), ...validateValueFrom(env, at.child('valueFrom'))];
  });
}

export function validateEnvFrom(vars: Fields[], path: Path): FieldError[] {
  return vars.flatMap((env, i) => {
    const at = path.index(i);
    const prefix = text(env, 'prefix');
    const errors = prefix === '' ? [] : check(isEnvVarName(prefix), prefix, at.child('prefix'));
    const refs = ['configMapRef', 'secretRef'].filter((name) => isFields(env[name]));
    for (const name of refs) {
      const ref = env[name];
      if (isFields(ref)) errors.push(...check(isDNS1123Subdomain(text(ref, 'name')), text(ref, 'name'), at.child(name, 'name')));
    }
    if (refs.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (refs.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
