/**
 * What each source of a volume asks of its fields, in pods and in persistent volumes.
 *
 * Upstream: the validate…VolumeSource functions of pkg/apis/core/validation/validation.go. Leaves out secrets of flexVolume and
 * rbd, of which nothing is asked there either, and projections (projections.ts).
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain, isInRange } from '../../names.ts';
import { parseQuantity } from '../../quantity.ts';
import { check, requireText, validateDNS1123Label, validateEnum } from '../checks.ts';
import { validateFileMode, validateKeysToPaths, validateLocalDescendingPath, validatePathNoBacksteps } from './paths.ts';

export type SourceCheck = (source: Fields, path: Path) => FieldError[];

/** The texts that a source cannot do without. */
const needs: Record<string, string[]> = {
  gitRepo: ['repository'], gcePersistentDisk: ['pdName'], awsElasticBlockStore: ['volumeID'], secret: ['secretName'], nfs: ['server', 'path'], iscsi: ['targetPortal'],
  glusterfs: ['endpoints', 'path'], persistentVolumeClaim: ['claimName'], cinder: ['volumeID'], flexVolume: ['driver'], configMap: ['name'], azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'], photonPersistentDisk: ['pdID'], portworxVolume: ['volumeID'], azureDisk: ['diskName', 'diskURI'], scaleIO: ['gateway', 'system', 'volumeName'],
};

const oneOf = (source: Fields, name: string, supported: readonly string[], path: Path) =>
  source[name] === undefined || supported.includes(text(source, name)) ? [] : [notSupported(path.child(name), source[name], supported)];

const inRange = (source: Fields, name: string, lo: number, hi: number, path: Path) => check(isInRange(int(source, name) ?? 0, lo, hi), int(source, name) ?? 0, path.child(name));

/** 0 means the whole disk, though the message does not say so. */
const partition: SourceCheck = (source, path) => ((int(source, 'partition') ?? 0) === 0 ? [] : inRange(source, 'partition', 1, 255, path));

const named = (source: Fields, path: Path, ...names: string[]) => (isFields(source['secretRef']) ? names.flatMap((name) => requireText(struct(source, 'secretRef'), name, path.child('secretRef'))) : []);

const iscsiNames = [['iqn', /iqn\.\d{4}-\d{2}\.[\dA-Za-z.-]+:[^,;*&$|\s]+$/], ['eui', /^eui.[\dA-Za-z]{16}$/], ['naa', /^naa.[\dA-Za-z]{32}$/]] as const;

function validateISCSIName(name: string, at: Path, unknown: string): FieldError[] {
  const format = iscsiNames.find(([prefix]) => name.startsWith(prefix))?.[1];
  if (!format) return [invalid(at, name, unknown)];
  return format.test(name) ? [] : [invalid(at, name, 'must be valid format')];
}

/** Which messages a persistent volume has of its own, and what it asks of the secret. */
export const iscsi = (unknown: string, secret: SourceCheck = () => []): SourceCheck => (source, path) => {
  const [iqn, initiator] = [text(source, 'iqn'), source['initiatorName']];
  const chap = source['chapAuthDiscovery'] === true || source['chapAuthSession'] === true;
  return [
    ...(iqn === '' ? [required(path.child('iqn'))] : validateISCSIName(iqn, path.child('iqn'), unknown)),
    ...inRange(source, 'lun', 0, 255, path),
    ...(chap && !isFields(source['secretRef']) ? [required(path.child('secretRef'))] : []),
    ...secret(source, path),
    ...(typeof initiator === 'string' ? validateISCSIName(initiator, path.child('initiatorname'), unknown) : []),
  ];
};

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];

function diskURI(source: Fields, path: Path): FieldError[] {
  const [kind, uri, at] = [source['kind'], text(source, 'diskURI'), path.child('diskURI')];
  if (kind === 'Managed' && !uri.startsWith('/subscriptions/')) return [notSupported(at, uri, ['/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'])];
  const blob = kind !== undefined && kind !== 'Managed' && !uri.startsWith('https://');
  return blob ? [notSupported(at, uri, ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'])] : [];
}

const registryFormat = 'must be a host:port pair or multiple pairs separated by commas';

function quobyte(source: Fields, path: Path): FieldError[] {
  const registry = text(source, 'registry');
  const volume = requireText(source, 'volume', path);
  if (registry === '') return [required(path.child('registry'), registryFormat), ...volume];
  if (text(source, 'tenant').length >= 65) return [required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'), ...volume];
  const malformed = registry.split(',').filter((pair) => !/^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair));
  return [...malformed.map(() => invalid(path.child('registry'), registry, registryFormat)), ...volume];
}

function fc(source: Fields, path: Path): FieldError[] {
  const [wwns, wwids, at] = [strings(source, 'targetWWNs'), strings(source, 'wwids'), path.child('targetWWNs')];
  const errors: FieldError[] = [];
  if (wwns.length + wwids.length === 0) errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
  if (wwns.length > 0 && wwids.length > 0) errors.push(invalid(at, wwns, 'targetWWNs and wwids can not be specified simultaneously'));
  if (wwns.length === 0) return errors;
  return [...errors, ...(source['lun'] === undefined ? [required(path.child('lun'), 'lun is required if targetWWNs is specified')] : inRange(source, 'lun', 0, 255, path))];
}

function flocker(source: Fields, path: Path): FieldError[] {
  const [name, uuid] = [text(source, 'datasetName'), text(source, 'datasetUUID')];
  return [
    ...(name + uuid === '' ? [required(path, 'one of datasetName and datasetUUID is required')] : []),
    ...(name !== '' && uuid !== '' ? [invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')] : []),
    ...(name.includes('/') ? [invalid(path.child('datasetName'), name, "must not contain '/'")] : []),
  ];
}

function storageOS(source: Fields, path: Path): FieldError[] {
  const [name, namespace] = [text(source, 'volumeName'), text(source, 'volumeNamespace')];
  return [
    ...(name === '' ? [required(path.child('volumeName'))] : validateDNS1123Label(name, path.child('volumeName'))),
    ...(namespace === '' ? [] : validateDNS1123Label(namespace, path.child('volumeNamespace'))),
  ];
}

function flexOptions(source: Fields, path: Path): FieldError[] {
  const reserved = Object.keys(stringMap(source, 'options')).filter((key) => /(?:^|\.)(?:kubernetes|k8s)\.io$/i.test(key.split('/')[0] ?? ''));
  return reserved.map((key) => invalid(path.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved'));
}

export function validateCSIDriverName(name: string, at: Path): FieldError[] {
  if (name === '') return [required(at)];
  return [...(name.length > 63 ? [tooLong(at, 63)] : []), ...check(isDNS1123Subdomain(name.toLowerCase()), name, at)];
}

function hostPath(source: Fields, path: Path): FieldError[] {
  const to = text(source, 'path');
  return to === '' ? [required(path.child('path'))] : [...validatePathNoBacksteps(to, path.child('path')), ...oneOf(source, 'type', hostPathTypes, path)];
}

const monitors: SourceCheck = (source, path) => (strings(source, 'monitors').length === 0 ? [required(path.child('monitors'))] : []);
const withKeys: SourceCheck = (source, path) => [...validateFileMode(source['defaultMode'], path.child('defaultMode')), ...validateKeysToPaths(structs(source, 'items'), path.child('items'))];

function csi(source: Fields, path: Path): FieldError[] {
  const ref = source['nodePublishSecretRef'];
  const name = isFields(ref) ? text(ref, 'name') : undefined;
  const secret = name === undefined ? [] : name === '' ? [required(path.child('nodePublishSecretRef', 'name'))] : check(isDNS1123Subdomain(name), name, path.child('name'));
  return [...validateCSIDriverName(text(source, 'driver'), path.child('driver')), ...secret];
}

const checks: Record<string, SourceCheck> = {
  emptyDir: ({ sizeLimit }, path) => (sizeLimit !== undefined && parseQuantity(String(sizeLimit)).value < 0n ? [forbidden(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity')] : []),
  hostPath, quobyte, fc, flocker, csi,
  gitRepo: (source, path) => validateLocalDescendingPath(text(source, 'directory'), path.child('directory')),
  gcePersistentDisk: partition, awsElasticBlockStore: partition,
  secret: withKeys, configMap: withKeys,
  nfs: (source, path) => (text(source, 'path').startsWith('/') ? [] : [invalid(path.child('path'), text(source, 'path'), 'must be an absolute path')]),
  iscsi: iscsi('must be valid format starting with iqn, eui, or naa'),
  rbd: (source, path) => [...monitors(source, path), ...requireText(source, 'image', path)],
  cinder: (source, path) => named(source, path, 'name'),
  cephfs: monitors,
  flexVolume: flexOptions,
  azureDisk: (source, path) => [...oneOf(source, 'cachingMode', ['None', 'ReadOnly', 'ReadWrite'], path), ...oneOf(source, 'kind', diskKinds, path), ...diskURI(source, path)],
  storageos: (source, path) => [...storageOS(source, path), ...named(source, path, 'name')],
  image: (source, path) => validateEnum(text(source, 'pullPolicy'), ['Always', 'IfNotPresent', 'Never'], path.child('pullPolicy')),
};

/** Of the sources that a persistent volume has, those that ask for more there come from `overrides`. */
export function validateSource(name: string, source: Fields, path: Path, overrides: Record<string, SourceCheck> = {}): FieldError[] {
  return [...(needs[name] ?? []).flatMap((field) => requireText(source, field, path)), ...((overrides[name] ?? checks[name])?.(source, path) ?? [])];
}

/** Upstream's names in paths where they are not the fields': of a source that is looked at, and of one too many. */
const pathNames: Record<string, string> = { gcePersistentDisk: 'persistentDisk' };
const otherPathNames: Record<string, string> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

export const sourcePath = (path: Path, name: string) => path.child(pathNames[name] ?? name);

export const oneTooMany = (path: Path, name: string) => forbidden(path.child(otherPathNames[name] ?? name), 'may not specify more than 1 volume type');

export { named as requireSecretRef, storageOS as validateStorageOS };
