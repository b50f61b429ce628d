/**
 * Secrets: each well-known type has keys that must be there.
 *
 * Upstream: ValidateSecret and ValidateSecretUpdate of pkg/apis/core/validation/validation.go.
 */
import { lookup, stringMap, text } from '../../access.ts';
import { invalid, newPath, required, tooLong } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { isConfigMapKey } from '../../names.ts';
import { parseJSON } from '../../serializer/json-reader.ts';
import type { KubeObject } from '../../types.ts';
import { check, validateImmutableField } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { decodedLength, maxSecretSize, validateImmutable } from './config-map.ts';

type Data = Record<string, string>;

const serviceAccountName = 'kubernetes.io/service-account.name';
const missing = (key: string) => required(newPath('data').key(key));

function decoded(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
}

const requireKeys = (...keys: string[]) => (data: Data) => keys.filter((key) => data[key] === undefined).map(missing);

function requireJSON(key: string): (data: Data) => FieldError[] {
  return (data) => {
    const value = data[key];
    if (value === undefined) return [missing(key)];
    const refuse = (why: string) => [invalid(newPath('data').key(key), '<secret contents redacted>', why)];
    try {
      const read = parseJSON(decoded(value));
      const type = Array.isArray(read) ? 'array' : typeof read === 'boolean' ? 'bool' : typeof read;
      return type === 'object' ? [] : refuse(`json: cannot unmarshal ${type} into Go value of type map[string]interface {}`);
    } catch (err) {
      return refuse(err instanceof Error ? err.message : String(err));
    }
  };
}

const byType: Record<string, (data: Data, secret: KubeObject) => FieldError[]> = {
  'kubernetes.io/service-account-token': (_data, { metadata: { annotations } }) =>
    annotations?.[serviceAccountName] ? [] : [required(newPath('metadata', 'annotations').key(serviceAccountName))],
  'kubernetes.io/dockercfg': requireJSON('.dockercfg'),
  'kubernetes.io/dockerconfigjson': requireJSON('.dockerconfigjson'),
  'kubernetes.io/basic-auth': (data) => (data['username'] ?? data['password']) === undefined ? [missing('username'), missing('password')] : [],
  'kubernetes.io/ssh-auth': (data) => (data['ssh-privatekey'] ? [] : [missing('ssh-privatekey')]),
  'kubernetes.io/tls': requireKeys('tls.crt', 'tls.key'),
};

function validate(obj: KubeObject): FieldError[] {
  const data = stringMap(obj, 'data');
  const errors: FieldError[] = [];
  for (const key of Object.keys(data)) errors.push(...check(isConfigMapKey(key), key, newPath('data').key(key)));
  const size = Object.values(data).reduce((sum, value) => sum + decodedLength(value), 0);
  if (size > maxSecretSize) errors.push(tooLong(newPath('data'), maxSecretSize));
  return [...errors, ...(lookup(byType, text(obj, 'type'))?.(data, obj) ?? [])];
}

export const secret = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate,
  order: ['meta', 'own', 'create'],
  validateUpdate: (obj, old) => [...validateImmutableField(obj['type'], old['type'], newPath('type')), ...validateImmutable(obj, old, ['data'])],
});
