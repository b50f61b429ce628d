/**
 * Where volumes of the cluster are.
 *
 * Upstream: the sources in ValidatePersistentVolumeSpec of pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { requireText, validateDNS1123Label, validateDNS1123Subdomain } from '../checks.ts';
import { validatePathNoBacksteps } from './paths.ts';
import { iscsi, oneTooMany, requireSecretRef, sourcePath, validateCSIDriverName, validateSource, validateStorageOS } from './volume-sources.ts';
import type { SourceCheck } from './volume-sources.ts';

const path = newPath('spec');

/** In the order in which upstream looks at them. */
export const volumeSources = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc',
  'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi',
];

function validateSecretReference(csi: Fields, name: string, path: Path): FieldError[] {
  const ref = csi[name];
  if (!isFields(ref)) return [];
  const [secret, namespace, at] = [text(ref, 'name'), text(ref, 'namespace'), path.child(name)];
  return [
    ...(secret === '' ? [required(at.child('name'))] : validateDNS1123Subdomain(secret, at.child('name'))),
    ...(namespace === '' ? [required(at.child('namespace'))] : validateDNS1123Label(namespace, at.child('namespace'))),
  ];
}

const csiSecrets = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'];

function validateEndpointsNamespace({ endpointsNamespace: name }: Fields, path: Path): FieldError[] {
  const at = path.child('endpointsNamespace');
  if (name === '') return [invalid(at, name, 'if the endpointnamespace is set, it must be a valid namespace name')];
  return typeof name === 'string' ? validateDNS1123Label(name, at) : [];
}

/** What these ask for here, and not in pods. */
const overrides: Record<string, SourceCheck> = {
  csi: (csi, at) => [...validateCSIDriverName(text(csi, 'driver'), at.child('driver')), ...requireText(csi, 'volumeHandle', at), ...csiSecrets.flatMap((name) => validateSecretReference(csi, name, at))],
  iscsi: iscsi('must be valid format', (source, at) => requireSecretRef(source, at, 'name')),
  cinder: (source, at) => requireSecretRef(source, at, 'name', 'namespace'),
  storageos: (source, at) => [...validateStorageOS(source, at), ...requireSecretRef(source, at, 'name', 'namespace')],
  glusterfs: validateEndpointsNamespace,
  azureFile: (source, at) => (source['secretNamespace'] === '' ? [required(at.child('secretNamespace'))] : []),
  local: (source, at) => (text(source, 'path') === '' ? [required(at.child('path'))] : validatePathNoBacksteps(text(source, 'path'), at.child('path'))),
};

/** `name`: the volume's. */
export function validateVolumeSource(spec: Fields, name: string): FieldError[] {
  const [first, ...others] = volumeSources.filter((source) => isFields(spec[source]));
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const source = struct(spec, first);
  const at = sourcePath(path, first);
  const long = first === 'iscsi' && source['initiatorName'] !== undefined && `${name}:${text(source, 'targetPortal')}`.length > 64;
  return [
    ...(long ? [invalid(at.child('targetportal'), source['targetPortal'], 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.')] : []),
    ...validateSource(first, source, at, overrides),
    ...(first === 'local' && !isFields(spec['nodeAffinity']) ? [required(path.child('nodeAffinity'), 'Local volume requires node affinity')] : []),
    // a second one of this kind is looked at like a first one
    ...others.flatMap((other) => (other === 'flexVolume' ? validateSource(other, struct(spec, other), path.child(other)) : [oneTooMany(path, other)])),
  ];
}
