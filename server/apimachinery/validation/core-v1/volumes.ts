/**
 * Volumes of a pod, and where its containers mount them.
 *
 * Upstream: ValidateVolumes, validateVolumeSource, ValidateVolumeMounts of pkg/apis/core/validation/validation.go.
 * Leaves out what the in-tree cloud volumes and projected volumes ask of their fields.
 */
import { isFields, structs, text, texts } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, notFound, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { requireText, validateDNS1123Label } from '../checks.ts';

function noBacksteps(value: string, path: Path): FieldError[] {
  return value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];
}

export function validateLocalDescendingPath(value: string, path: Path): FieldError[] {
  return [...(value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : []), ...noBacksteps(value, path)];
}

/** The sources in the order in which they are looked at, with the field each cannot do without. */
const sources: Record<string, string> = {
  emptyDir: '', hostPath: 'path', gitRepo: 'repository', gcePersistentDisk: 'pdName', awsElasticBlockStore: 'volumeID', secret: 'secretName', nfs: '',
  iscsi: 'targetPortal', glusterfs: 'endpoints', flocker: '', persistentVolumeClaim: 'claimName', rbd: '', cinder: 'volumeID', cephfs: '', quobyte: '',
  downwardAPI: '', fc: '', flexVolume: 'driver', configMap: 'name', azureFile: 'secretName', vsphereVolume: 'volumePath', photonPersistentDisk: 'pdID',
  portworxVolume: 'volumeID', azureDisk: 'diskName', storageos: '', projected: '', scaleIO: '', csi: 'driver', ephemeral: '', image: '',
};

function validateItems(source: Fields, path: Path): FieldError[] {
  return structs(source, 'items').flatMap((item, i) => {
    const at = path.child('items').index(i);
    const to = text(item, 'path');
    const keyed = 'key' in item ? requireText(item, 'key', at) : [];
    return [...keyed, ...(to === '' ? [required(at.child('path'))] : validateLocalDescendingPath(to, at.child('path')))];
  });
}

export function validateSourceFields(name: string, source: Fields, path: Path): FieldError[] {
  const needed = sources[name] ?? '';
  const errors = needed === '' ? [] : requireText(source, needed, path);
  if (name === 'nfs') {
    errors.push(...requireText(source, 'server', path), ...requireText(source, 'path', path));
    const to = text(source, 'path');
    if (to !== '' && !to.startsWith('/')) errors.push(invalid(path.child('path'), to, 'must be an absolute path'));
  }
  if (name === 'hostPath') errors.push(...noBacksteps(text(source, 'path'), path.child('path')));
  const mode = source['defaultMode'];
  if (typeof mode === 'number' && (mode < 0 || mode > 0o777)) errors.push(invalid(path.child('defaultMode'), mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
  return [...errors, ...validateItems(source, path)];
}

function validateVolumeSource(volume: Fields, path: Path): FieldError[] {
  const [first, ...others] = Object.keys(sources).filter((name) => isFields(volume[name]));
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const source = volume[first];
  return [
    ...(isFields(source) ? validateSourceFields(first, source, path.child(first)) : []),
    ...others.map((name) => forbidden(path.child(name), 'may not specify more than 1 volume type')),
  ];
}

/** Also answers the names of the good volumes, which mounts may refer to. */
export function validateVolumes(volumes: Fields[], path: Path): { names: Set<string>; errors: FieldError[] } {
  const names = new Set<string>();
  const errors = volumes.flatMap((volume, i) => {
    const at = path.index(i);
    const name = text(volume, 'name');
    const own = validateVolumeSource(volume, at);
    own.push(...(name === '' ? [required(at.child('name'))] : validateDNS1123Label(name, at.child('name'))));
    if (names.has(name)) own.push(duplicate(at.child('name'), name));
    if (own.length === 0) names.add(name);
    return own;
  });
  return { names, errors };
}

export function validateVolumeMounts(container: Fields, volumes: Set<string>, path: Path): FieldError[] {
  const paths = new Set<string>();
  const devices = structs(container, 'volumeDevices');
  return structs(container, 'volumeMounts').flatMap((mount, i) => {
    const at = path.index(i);
    const [name, mountPath, subPath, subPathExpr] = texts(mount, 'name', 'mountPath', 'subPath', 'subPathExpr');
    const errors = requireText(mount, 'name', at);
    if (!volumes.has(name)) errors.push(notFound(at.child('name'), name));
    errors.push(...requireText(mount, 'mountPath', at));
    if (paths.has(mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((d) => d['name'] === name)) errors.push(invalid(at.child('name'), name, 'must not already exist in volumeDevices'));
    if (devices.some((d) => d['devicePath'] === mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'));
    if (subPath !== '') errors.push(...validateLocalDescendingPath(subPath, path.child('subPath')));
    if (subPathExpr !== '') {
      if (subPath !== '') errors.push(invalid(at.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...validateLocalDescendingPath(subPathExpr, path.child('subPathExpr')));
    }
    return errors;
  });
}
