/**
 * Classes of storage, and of attributes of volumes.
 *
 * Upstream: ValidateStorageClass, ValidateVolumeAttributesClass of pkg/apis/storage/validation/validation.go.
 */
import { isEmpty, stringMap, strings, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isQualifiedName } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, semanticEqual, validateImmutableField, validateQualifiedName } from '../checks.ts';
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

function validateTopologyLabels(term: Fields, path: Path): FieldError[] {
  const keys = structs(term, 'matchLabelExpressions').map((requirement) => text(requirement, 'key'));
  return eachSliceVal(structs(term, 'matchLabelExpressions'), path, (requirement, at, i) => {
    const [key, values] = [keys[i] ?? '', strings(requirement, 'values')];
    return [
      ...(values.length === 0 ? [required(at.child('values'))] : []),
      ...eachSliceVal(values, at.child('values'), (value, at, j) => (values.indexOf(value) < j ? [duplicate(at, value)] : [])),
      ...check(isQualifiedName(key), key, at.child('key')),
      ...(keys.indexOf(key) < i ? [duplicate(at.child('key'), key)] : []),
    ];
  });
}

/** What a term asks for, whatever the order; the last of a key's requirements counts. */
const asMap = (term: Fields) => Object.fromEntries(structs(term, 'matchLabelExpressions').map((r) => [text(r, 'key'), Object.fromEntries(strings(r, 'values').map((value) => [value, true]))]));

function validateTopologies(terms: Fields[]): FieldError[] {
  // upstream begins with as many empty terms as there are terms
  const seen: Fields[] = terms.map(() => ({}));
  return terms.flatMap((term, i) => {
    const at = newPath('allowedTopologies').index(i).child('matchLabelExpressions');
    const map = asMap(term);
    const errors = [...validateTopologyLabels(term, at), ...seen.filter((other) => semanticEqual(other, map)).map(() => duplicate(at, ''))];
    seen.push(map);
    return errors;
  });
}

function validateClass(obj: KubeObject): FieldError[] {
  const { reclaimPolicy, volumeBindingMode: mode } = obj;
  const badMode = modes.includes(String(mode)) ? [] : [notSupported(newPath('volumeBindingMode'), mode, modes)];
  return [
    ...validateProvisioner(text(obj, 'provisioner'), newPath('provisioner')),
    ...validateParameters(obj),
    ...(!reclaimPolicy || policies.includes(String(reclaimPolicy)) ? [] : [notSupported(newPath('reclaimPolicy'), reclaimPolicy, policies)]),
    ...(mode === undefined ? [required(newPath('volumeBindingMode'))] : badMode),
    ...validateTopologies(structs(obj, 'allowedTopologies')),
  ];
}

export const storageClass = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: validateClass,
  order: ['create', 'meta', 'own'],
  validateUpdate: (obj, old) => [
    ...validateImmutableField(obj['parameters'], old['parameters'], newPath('parameters')),
    ...validateImmutableField(text(obj, 'provisioner'), text(old, 'provisioner'), newPath('provisioner')),
    ...['reclaimPolicy', 'volumeBindingMode'].flatMap((name) => validateImmutableField(obj[name], old[name], newPath(name))),
  ],
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
  order: ['meta', 'own', 'create'],
  validateUpdate: (obj, old) => ['driverName', 'parameters'].filter((name) => !semanticEqual(obj[name], old[name])).map((name) => forbidden(newPath(name), `updates to ${name} are forbidden.`)),
});
