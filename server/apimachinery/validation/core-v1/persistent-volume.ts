/**
 * Volumes of the cluster.
 *
 * Upstream: ValidatePersistentVolume and its updates of pkg/apis/core/validation/validation.go. Leaves out what the
 * in-tree cloud volumes ask of their fields.
 */
import { isFields, strings, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { requireText, semanticEqual, validateImmutableField } from '../checks.ts';
import { diff } from '../internal/diff.ts';
import { printInternal } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { amounts, validateNonnegativeQuantity, validatePositiveQuantity } from './amounts.ts';
import { validateNodeSelector } from './node-selectors.ts';
import { validateAccessModes, validateClassName, validateVolumeMode } from './persistent-volume-claim.ts';
import { validateSourceFields } from './volumes.ts';

const path = newPath('spec');

/** In the order in which upstream looks at them. */
const sources = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc',
  'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi',
];

function validateCSI(csi: Fields, at: Path): FieldError[] {
  return [...requireText(csi, 'driver', at), ...requireText(csi, 'volumeHandle', at)];
}

function validateSource(spec: Fields): FieldError[] {
  const [first, ...others] = sources.filter((name) => isFields(spec[name]));
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const source = struct(spec, first);
  const at = path.child(first === 'gcePersistentDisk' ? 'persistentDisk' : first);
  return [
    ...(first === 'csi' ? validateCSI(source, at) : validateSourceFields(first, source, at)),
    ...others.map((name) => forbidden(path.child(name), 'may not specify more than 1 volume type')),
    ...(first === 'local' && !isFields(struct(spec, 'nodeAffinity')['required']) ? [required(at, 'Local volume requires node affinity')] : []),
  ];
}

function validateCapacity(spec: Fields): FieldError[] {
  const capacity = amounts(spec, 'capacity');
  const at = path.child('capacity');
  const onlyStorage = capacity.length === 1 && capacity[0]?.[0] === 'storage';
  return [
    ...(capacity.length === 0 ? [required(at)] : []),
    ...(onlyStorage ? [] : [notSupported(at, spec['capacity'] ?? null, ['storage'])]),
    ...capacity.flatMap(([name, amount]) => [...validateNonnegativeQuantity(amount, at.key(name)), ...validatePositiveQuantity(amount, at.key(name))]),
  ];
}

function validateNodeAffinity(affinity: unknown): FieldError[] {
  if (!isFields(affinity)) return [];
  const at = path.child('nodeAffinity', 'required');
  return isFields(affinity['required']) ? validateNodeSelector(affinity['required'], at) : [required(at, 'must specify required node constraints')];
}

function validateSpec(spec: Fields): FieldError[] {
  const modes = strings(spec, 'accessModes');
  const policy = text(spec, 'persistentVolumeReclaimPolicy');
  const policies = ['Delete', 'Recycle', 'Retain'];
  const recyclesRoot = policy === 'Recycle' && isFields(spec['hostPath']) && /^\/+$/.test(text(spec['hostPath'], 'path'));
  const attributesClass = spec['volumeAttributesClassName'];
  return [
    ...(modes.length === 0 ? [required(path.child('accessModes'))] : []),
    ...validateAccessModes(modes, path.child('accessModes')),
    ...validateCapacity(spec),
    ...(policy === '' || policies.includes(policy) ? [] : [notSupported(path.child('persistentVolumeReclaimPolicy'), policy, policies)]),
    ...validateNodeAffinity(spec['nodeAffinity']),
    ...validateSource(spec),
    ...(recyclesRoot ? [forbidden(path.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")] : []),
    ...validateClassName(spec, 'storageClassName', path),
    ...validateVolumeMode(spec['volumeMode'], path.child('volumeMode')),
    ...(attributesClass === '' ? [required(path.child('volumeAttributesClassName'), 'an empty string is disallowed')] : validateClassName(spec, 'volumeAttributesClassName', path)),
    ...(attributesClass !== undefined && !isFields(spec['csi']) ? [required(path.child('csi'), 'has to be specified when using volumeAttributesClassName')] : []),
  ];
}

const sourceOf = (spec: Fields) => Object.fromEntries(sources.filter((name) => isFields(spec[name])).map((name) => [name, spec[name]]));

/** A secret for growing may be named later. */
function withoutNewSecret(now: Fields, old: Fields): Fields {
  const [csi, before] = [now['csi'], old['csi']];
  if (!isFields(csi) || !isFields(before) || isFields(before['controllerExpandSecretRef'])) return now;
  const { controllerExpandSecretRef: _secret, ...rest } = csi;
  return { ...now, csi: rest };
}

function validateUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  const errors = validateSpec(now);
  const [newSource, oldSource] = [withoutNewSecret(sourceOf(now), before), sourceOf(before)];
  if (!semanticEqual(newSource, oldSource)) {
    const difference = diff(printInternal('PersistentVolumeSource', oldSource), printInternal('PersistentVolumeSource', newSource));
    errors.push(forbidden(path.child('persistentvolumesource'), `spec.persistentvolumesource is immutable after creation\n${difference}`));
  }
  errors.push(...validateImmutableField(now['volumeMode'], before['volumeMode'], newPath('volumeMode')));
  const affinity = before['nodeAffinity'];
  if (affinity !== undefined && !semanticEqual(now['nodeAffinity'], affinity)) errors.push(invalid(newPath('nodeAffinity'), now['nodeAffinity'] ?? null, 'field is immutable'));
  const forgets = before['volumeAttributesClassName'] !== undefined && now['volumeAttributesClassName'] === undefined;
  return forgets ? [...errors, forbidden(path.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden')] : errors;
}

export const persistentVolume = newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validate: (obj) => validateSpec(struct(obj, 'spec')), validateUpdate });
