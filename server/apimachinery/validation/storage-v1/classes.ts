/**
 * Classes of storage, and of attributes of volumes.
 *
 * Upstream: ValidateStorageClass, ValidateVolumeAttributesClass of pkg/apis/storage/validation/validation.go. Leaves out
 * allowed topologies.
 */
import { isEmpty, stringMap, text } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { semanticEqual, validateImmutableField, validateQualifiedName } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

const maxParameters = 512;
const maxParametersSize = 256 * 1024;
const policies = ['Delete', 'Retain'];
const modes = ['Immediate', 'WaitForFirstConsumer'];

const validateProvisioner = (name: string, path: Path) => (name === '' ? [required(path)] : validateQualifiedName(name.toLowerCase(), path));

function validateParameters(obj: KubeObject): FieldError[] {
  const path = newPath('parameters');
  const parameters = Object.entries(stringMap(obj, 'parameters'));
  if (parameters.length > maxParameters) return [tooLong(path, maxParameters)];
  const size = parameters.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    ...parameters.filter(([key]) => key === '').map(() => invalid(path, '', 'field can not be empty.')),
    ...(size > maxParametersSize ? [tooLong(path, maxParametersSize)] : []),
  ];
}

function validateClass(obj: KubeObject): FieldError[] {
  const { reclaimPolicy, volumeBindingMode: mode } = obj;
  const badMode = modes.includes(String(mode)) ? [] : [notSupported(newPath('volumeBindingMode'), mode, modes)];
  return [
    ...validateProvisioner(text(obj, 'provisioner'), newPath('provisioner')),
    ...validateParameters(obj),
    ...(reclaimPolicy === undefined || policies.includes(String(reclaimPolicy)) ? [] : [notSupported(newPath('reclaimPolicy'), reclaimPolicy, policies)]),
    ...(mode === undefined ? [required(newPath('volumeBindingMode'))] : badMode),
  ];
}

export const storageClass = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: validateClass,
  validateUpdate: (obj, old) => ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].flatMap((name) => validateImmutableField(obj[name], old[name], newPath(name))),
});

const validateAttributes = (obj: KubeObject) => [
  ...validateProvisioner(text(obj, 'driverName'), newPath('driverName')),
  ...validateParameters(obj),
  ...(isEmpty(obj, 'parameters') ? [required(newPath('parameters'), 'must contain at least one key/value pair')] : []),
];

export const volumeAttributesClass = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: validateAttributes,
  validateUpdate: (obj, old) => [
    ...['driverName', 'parameters'].filter((name) => !semanticEqual(obj[name], old[name])).map((name) => forbidden(newPath(name), `updates to ${name} are forbidden.`)),
    ...validateAttributes(obj),
  ],
});
