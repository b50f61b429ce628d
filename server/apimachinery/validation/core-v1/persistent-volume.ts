/**
 * Volumes of the cluster.
 *
 * Upstream: ValidatePersistentVolume and its updates of pkg/apis/core/validation/validation.go, pkg/volume/validation.
 */
import { isFields, lookup, strings, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { semanticEqual, validateImmutableField } from '../checks.ts';
import { diff } from '../internal/diff.ts';
import { printInternal } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { amounts, validateBasicResource, validatePositiveQuantity } from './amounts.ts';
import { validateNodeSelector } from './node-selectors.ts';
import { validateAccessModes, validateClassName, validateVolumeMode } from './persistent-volume-claim.ts';
import { validateVolumeSource, volumeSources } from './persistent-volume-sources.ts';

const path = newPath('spec');

function validateCapacity(spec: Fields): FieldError[] {
  const capacity = amounts(spec, 'capacity');
  const at = path.child('capacity');
  const onlyStorage = capacity.length === 1 && capacity[0]?.[0] === 'storage';
  return [
    ...(capacity.length === 0 ? [required(at)] : []),
    ...(onlyStorage ? [] : [notSupported(at, spec['capacity'] ?? null, ['storage'])]),
    ...capacity.flatMap(([name, amount]) => [...validateBasicResource(amount, at.key(name)), ...validatePositiveQuantity(amount, at.key(name))]),
  ];
}

function validateNodeAffinity(affinity: unknown): FieldError[] {
  if (!isFields(affinity)) return [];
  const at = path.child('nodeAffinity', 'required');
  return isFields(affinity['required']) ? validateNodeSelector(affinity['required'], at) : [required(at, 'must specify required node constraints')];
}

function validateSpec(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
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
    ...validateVolumeSource(spec, obj.metadata.name ?? ''),
    ...(recyclesRoot ? [forbidden(path.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")] : []),
    ...validateClassName(spec, 'storageClassName', path),
    ...validateVolumeMode(spec['volumeMode'], path.child('volumeMode')),
    ...(attributesClass === '' ? [required(path.child('volumeAttributesClassName'), 'an empty string is disallowed')] : validateClassName(spec, 'volumeAttributesClassName', path)),
    ...(attributesClass !== undefined && !isFields(spec['csi']) ? [required(path.child('csi'), 'has to be specified when using volumeAttributesClassName')] : []),
  ];
}

const sourceOf = (spec: Fields) => Object.fromEntries(volumeSources.filter((name) => isFields(spec[name])).map((name) => [name, spec[name]]));

/** A secret for growing may be named later. */
function withoutNewSecret(now: Fields, old: Fields): Fields {
  const [csi, before] = [now['csi'], old['csi']];
  if (!isFields(csi) || !isFields(before) || isFields(before['controllerExpandSecretRef'])) return now;
  const { controllerExpandSecretRef: _secret, ...rest } = csi;
  return { ...now, csi: rest };
}

const betaToGALabel: Record<string, string> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os', 'beta.kubernetes.io/arch': 'kubernetes.io/arch', 'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** What was asked for, with the new names of labels where `now` asks for these: labels have moved, one way. */
function withGALabels(old: unknown, now: unknown): unknown {
  if (Array.isArray(old)) return old.map((item, i) => withGALabels(item, Array.isArray(now) ? now[i] : undefined));
  if (!isFields(old)) return old;
  const to = isFields(now) ? now : {};
  return Object.fromEntries(Object.entries(old).map(([name, value]) => {
    const label = name === 'key' ? lookup(betaToGALabel, String(value)) : undefined;
    return [name, label !== undefined && label === to[name] ? label : withGALabels(value, to[name])];
  }));
}

function validateUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  const errors = validateSpec(obj);
  const [newSource, oldSource] = [withoutNewSecret(sourceOf(now), before), sourceOf(before)];
  if (!semanticEqual(newSource, oldSource)) {
    const difference = diff(printInternal('PersistentVolumeSource', oldSource), printInternal('PersistentVolumeSource', newSource));
    errors.push(forbidden(path.child('persistentvolumesource'), `spec.persistentvolumesource is immutable after creation\n${difference}`));
  }
  errors.push(...validateImmutableField(now['volumeMode'], before['volumeMode'], newPath('volumeMode')));
  const affinity = before['nodeAffinity'];
  if (affinity !== undefined && !semanticEqual(now['nodeAffinity'], withGALabels(affinity, now['nodeAffinity']))) {
    errors.push(invalid(newPath('nodeAffinity'), isFields(now['nodeAffinity']) ? printInternal('VolumeNodeAffinity', now['nodeAffinity']) : null, 'field is immutable, except for updating from beta label to GA'));
  }
  const forgets = before['volumeAttributesClassName'] !== undefined && now['volumeAttributesClassName'] === undefined;
  return forgets ? [...errors, forbidden(path.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden')] : errors;
}

const mountable = ['gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'nfs', 'rbd', 'quobyte', 'iscsi', 'cinder', 'cephfs', 'azureFile', 'vsphereVolume', 'azureDisk', 'photonPersistentDisk'];
const mountOptions = 'volume.beta.kubernetes.io/mount-options';

function validateMountOptions(obj: KubeObject): FieldError[] {
  const unused = obj.metadata.annotations?.[mountOptions] !== undefined && !mountable.some((name) => isFields(struct(obj, 'spec')[name]));
  return unused ? [forbidden(newPath('metadata', 'annotations', mountOptions), 'may not specify mount options for this volume type')] : [];
}

export const persistentVolume = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => [...validateSpec(obj), ...validateMountOptions(obj)],
  order: ['create', 'createMeta', 'own'],
  validateUpdate,
  subresources: { status: () => [] },
});
