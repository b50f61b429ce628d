/**
 * What a kubelet may say of a claim: how large it has become, and how far changing its size has come.
 *
 * Upstream: admitPVCStatus of plugin/pkg/admission/noderestriction/admission.go. What else would change is shown as the
 * internal type of a claim is written (pkg/apis/core/types.go), by Go's names of its fields.
 */
import type { Fields } from '../apimachinery/access.ts';
import { isFields, struct } from '../apimachinery/access.ts';
import { deepEqual } from '../apimachinery/deep.ts';
import { marshalJSON, quote } from '../apimachinery/quote.ts';
import type { KubeObject, ObjectMeta } from '../apimachinery/types.ts';
import { unifiedDiff } from '../apimachinery/unified-diff.ts';
import type { Attributes } from './interfaces.ts';

const METADATA: (keyof ObjectMeta)[] = [
  'name', 'generateName', 'namespace', 'uid', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers',
];

export function admitClaim(nodeName: string, { subresource, operation, object, oldObject }: Attributes): string | undefined {
  if (subresource !== 'status') return 'may only update PVC status';
  if (operation !== 'UPDATE' || !object || !oldObject) return `unexpected operation ${quote(operation)}`;
  const [old, changed] = [internalClaim(oldObject), internalClaim(object)];
  if (deepEqual(old, changed)) return undefined;
  return `node ${quote(nodeName)} is not allowed to update fields other than status.quantity and status.conditions: ${unifiedDiff(marshalJSON(old, 1), marshalJSON(changed, 1))}`;
}

/** A claim without what its node may say of it, and without what every write changes. */
function internalClaim(claim: KubeObject): Fields {
  const { metadata } = claim;
  const [spec, status] = [struct(claim, 'spec'), struct(claim, 'status')];
  const kept = METADATA.filter((field) => metadata[field] !== undefined).map((field): [string, unknown] => [field, sorted(metadata[field])]);
  return {
    ...Object.fromEntries(kept),
    Spec: {
      AccessModes: spec['accessModes'] ?? null,
      Selector: spec['selector'] ?? null,
      Resources: fieldsOf(struct(spec, 'resources'), 'limits', 'requests'),
      VolumeName: spec['volumeName'] ?? '',
      StorageClassName: spec['storageClassName'] ?? null,
      VolumeMode: spec['volumeMode'] ?? null,
      DataSource: isFields(spec['dataSource']) ? fieldsOf(spec['dataSource'], 'APIGroup', 'kind', 'name') : null,
      DataSourceRef: isFields(spec['dataSourceRef']) ? fieldsOf(spec['dataSourceRef'], 'APIGroup', 'kind', 'name', 'namespace') : null,
      VolumeAttributesClassName: spec['volumeAttributesClassName'] ?? null,
    },
    Status: {
      Phase: status['phase'] ?? '',
      AccessModes: status['accessModes'] ?? null,
      Capacity: null,
      Conditions: null,
      AllocatedResources: null,
      AllocatedResourceStatuses: null,
      CurrentVolumeAttributesClassName: status['currentVolumeAttributesClassName'] ?? null,
      ModifyVolumeStatus: isFields(status['modifyVolumeStatus']) ? fieldsOf(status['modifyVolumeStatus'], 'targetVolumeAttributesClassName', 'status') : null,
    },
  };
}

/** Fields by Go's names, which begin with a capital; `APIGroup` is apiGroup in JSON. */
function fieldsOf(from: Fields, ...names: string[]): Fields {
  const field = (name: string) => from[name === 'APIGroup' ? 'apiGroup' : name] ?? null;
  return Object.fromEntries(names.map((name) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, sorted(field(name))]));
}

/** Go writes maps in the order of their keys. */
function sorted(value: unknown): unknown {
  return isFields(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
