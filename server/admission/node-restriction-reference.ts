/**
 * Which objects of the API a Pod refers to. A mirror Pod must do without any: nobody checked that its node may see them.
 *
 * Upstream: HasAPIObjectReference of pkg/api/pod/util.go.
 */
import type { Fields } from '../apimachinery/access.ts';
import { struct, structs, text } from '../apimachinery/access.ts';
import { configMapNames, secretNames } from '../authorization/nodes/references.ts';

const LOCAL = new Set([
  'awsElasticBlockStore', 'azureDisk', 'cephfs', 'cinder', 'downwardAPI', 'emptyDir', 'fc', 'flexVolume', 'flocker', 'gcePersistentDisk', 'gitRepo', 'hostPath',
  'image', 'iscsi', 'nfs', 'photonPersistentDisk', 'portworxVolume', 'quobyte', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume',
]);
const VOLUMES: Record<string, string> = {
  configMap: 'configmaps (via configmap volumes)',
  secret: 'secrets (via secret volumes)',
  csi: 'csidrivers (via CSI volumes)',
  glusterfs: 'endpoints (via glusterFS volumes)',
  persistentVolumeClaim: 'persistentvolumeclaims',
  ephemeral: 'persistentvolumeclaims (via ephemeral volumes)',
  azureFile: 'secrets (via azureFile volumes)',
};
const SOURCES: Record<string, string> = {
  configMap: 'configmaps (via projected volumes)',
  secret: 'secrets (via projected volumes)',
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
};

interface Reference {
  resource?: string;
  error?: string;
}

/** Empty where there is none. */
export function hasAPIObjectReference(spec: Fields): Reference {
  if (text(spec, 'serviceAccountName') !== '') return { resource: 'serviceaccounts' };
  if (secretNames(spec).length > 0) return { resource: 'secrets' };
  if (configMapNames(spec).length > 0) return { resource: 'configmaps' };
  if (structs(spec, 'resourceClaims').length > 0) return { resource: 'resourceclaims' };
  return structs(spec, 'volumes').map(inVolume).find(isOne) ?? {};
}

const isOne = ({ resource, error }: Reference) => resource !== undefined || error !== undefined;

function inVolume(volume: Fields): Reference {
  const fields = Object.keys(volume).filter((field) => volume[field] !== undefined);
  if (fields.some((field) => LOCAL.has(field))) return {};
  const resource = first(VOLUMES, fields);
  if (resource !== undefined) return { resource };
  if (!fields.includes('projected')) return { error: `unknown volume type for volume  "${text(volume, 'name')}"` };
  return structs(struct(volume, 'projected'), 'sources').map((source) => inSource(source, text(volume, 'name'))).find(isOne) ?? {};
}

function inSource(source: Fields, volume: string): Reference {
  const fields = Object.keys(source).filter((field) => source[field] !== undefined);
  const resource = first(SOURCES, fields);
  if (resource !== undefined) return { resource };
  return fields.includes('downwardAPI') ? {} : { error: `unknown source for projected volume "${volume}"` };
}

const first = (table: Record<string, string>, fields: string[]) => Object.entries(table).find(([field]) => fields.includes(field))?.[1];
