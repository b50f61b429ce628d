/**
 * Volumes of a pod.
 *
 * Upstream: ValidateVolumes, validateVolumeSource, validateEphemeralVolumeSource of pkg/apis/core/validation/validation.go.
 */
import { isFields, stringMap, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import { quote } from '../../quote.ts';
import { eachSliceVal, requireText, validateDNS1123Label } from '../checks.ts';
import { validateAnnotations, validateLabels } from '../labels.ts';
import { validateClaimSpec } from './persistent-volume-claim.ts';
import { validateDownwardAPI, validateProjected } from './projections.ts';
import { oneTooMany, sourcePath, validateSource } from './volume-sources.ts';
import type { SourceCheck } from './volume-sources.ts';

/** The pod that volumes are of; a template's has no name yet. */
interface PodIdentity {
  isPod: boolean;
  name: string;
}

/** In the order in which they are looked at. */
const sources = [
  'emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi', 'glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs',
  'quobyte', 'downwardAPI', 'fc', 'flexVolume', 'configMap', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'storageos', 'projected', 'scaleIO', 'csi', 'ephemeral', 'image',
];

const unsettable = ['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields'];

/** The claim is named after its pod, so that its template has nothing but labels and annotations. */
function validateEphemeral(source: Fields, path: Path): FieldError[] {
  const template = source['volumeClaimTemplate'];
  const at = path.child('volumeClaimTemplate');
  if (!isFields(template)) return [required(at)];
  const metadata = struct(template, 'metadata');
  return [
    ...validateAnnotations(stringMap(metadata, 'annotations'), at.child('metadata', 'annotations')),
    ...validateLabels(stringMap(metadata, 'labels'), at.child('metadata', 'labels')),
    ...unsettable.filter((name) => metadata[name] !== undefined).map((name) => forbidden(at.child('metadata', name === 'uid' ? 'uID' : name), 'cannot be set')),
    ...validateClaimSpec(struct(template, 'spec'), at.child('spec')),
  ];
}

const checks: Record<string, SourceCheck> = { downwardAPI: validateDownwardAPI, projected: validateProjected, ephemeral: validateEphemeral };

function validateVolumeSource(volume: Fields, pod: PodIdentity, path: Path): FieldError[] {
  const [first, ...others] = sources.filter((name) => isFields(volume[name]));
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const [source, name] = [struct(volume, first), text(volume, 'name')];
  const errors = first === 'image' && pod.isPod ? requireText(source, 'reference', path.child(first)) : [];
  errors.push(...validateSource(first, source, sourcePath(path, first), checks));
  if (first === 'iscsi' && source['initiatorName'] !== undefined && `${name}:${text(source, 'targetPortal')}`.length > 64) {
    errors.unshift(invalid(path.child('name'), name, 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'));
  }
  if (first === 'ephemeral' && pod.name !== '' && name !== '') {
    const claim = `${pod.name}-${name}`;
    errors.push(...isDNS1123Subdomain(claim).map((reason) => invalid(path.child('name'), name, `PVC name ${quote(claim)}: ${reason}`)));
  }
  return [...errors, ...others.map((other) => oneTooMany(path, other))];
}

/** Also answers the good volumes by name, which mounts may refer to. */
export function validateVolumes(volumes: Fields[], pod: PodIdentity, path: Path): { good: Map<string, Fields>; errors: FieldError[] } {
  const good = new Map<string, Fields>();
  const made = new Set(pod.name === '' ? [] : volumes.filter((volume) => isFields(volume['ephemeral'])).map((volume) => `${pod.name}-${text(volume, 'name')}`));
  const errors = eachSliceVal(volumes, path, (volume, at) => {
    const name = text(volume, 'name');
    const own = validateVolumeSource(volume, pod, at);
    own.push(...(name === '' ? [required(at.child('name'))] : validateDNS1123Label(name, at.child('name'))));
    if (good.has(name)) own.push(duplicate(at.child('name'), name));
    if (own.length === 0) good.set(name, volume);
    const claim = text(struct(volume, 'persistentVolumeClaim'), 'claimName');
    if (made.has(claim)) own.push(invalid(at.child('persistentVolumeClaim', 'claimName'), claim, 'must not reference a PVC that gets created for an ephemeral volume'));
    return own;
  });
  return { good, errors };
}
