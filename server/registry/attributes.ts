/**
 * The fields that a field selector may name, by resource. Every kind has metadata.name, and metadata.namespace where
 * it lives in one.
 *
 * Upstream: pkg/registry/<group>/<kind>/strategy.go (SelectableFields, ToSelectableFields) and the field label
 * conversions of pkg/apis/<group>/<version>/conversion.go.
 */
import { quote } from '../apimachinery/quote.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newBadRequest } from '../http/status.ts';
import type { SelectionPredicate } from '../storage/interfaces.ts';

const EVENT_REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Paths beyond metadata; a value that is absent selects as ''. */
const SELECTABLE: Record<string, string[]> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.podIPs', 'status.nominatedNodeName'],
  events: [...EVENT_REFERENCE.map((f) => `involvedObject.${f}`), 'reason', 'reportingComponent', 'source', 'type'],
  'events.events.k8s.io': [...EVENT_REFERENCE.map((f) => `regarding.${f}`), 'reason', 'reportingController', 'type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicationcontrollers: ['status.replicas'],
  'jobs.batch': ['status.successful'],
  'certificatesigningrequests.certificates.k8s.io': ['spec.signerName'],
  'resourceslices.resource.k8s.io': ['spec.nodeName', 'spec.driver'],
};

/** The field by which a kind is mostly asked for: agents of a node want what belongs to it (upstream's TriggerFunc and Indexers). */
const INDEXED: Record<string, string> = { pods: 'spec.nodeName', 'resourceslices.resource.k8s.io': 'spec.nodeName' };

/** What a field was called once. */
const RENAMED: Record<string, Record<string, string>> = { pods: { 'spec.host': 'spec.nodeName' } };
/** Where a selectable field stands in the object, if its name is not the path. */
const PATHS: Record<string, string> = { 'status.successful': 'status.succeeded' };
/** Numbers and booleans select by their zero value when they are absent. */
const ZERO: Record<string, string> = { 'status.replicas': '0', 'status.successful': '0', 'spec.unschedulable': 'false', 'spec.hostNetwork': 'false' };

/** Kinds that refuse in words of their own. */
const REFUSALS: Record<string, (field: string) => string> = {
  'jobs.batch': (field) => `field label ${quote(field)} not supported for Job`,
  'resourceslices.resource.k8s.io': (field) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
};

export interface SelectableFields {
  /** The field that a field selector on this resource means; throws a BadRequest where it may not name it. */
  known(field: string): string;
  getAttrs: SelectionPredicate['getAttrs'];
  indexField: string | undefined;
}

/** `resource` as `pods` or `jobs.batch`. */
export function selectableFields(resource: string, namespaced: boolean): SelectableFields {
  const own = SELECTABLE[resource] ?? [];
  // kinds with fields of their own know where they live; all others have both
  const names = new Set(['metadata.name', ...(namespaced || own.length === 0 ? ['metadata.namespace'] : []), ...own]);
  return {
    known(named) {
      const field = RENAMED[resource]?.[named] ?? named;
      if (names.has(field)) return field;
      throw newBadRequest(REFUSALS[resource]?.(field) ?? (own.length > 0 ? `field label not supported: ${field}` : `${quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`));
    },
    getAttrs(obj) {
      const { name = '', namespace = '', labels = {} } = obj.metadata;
      const fields: Record<string, string> = { 'metadata.name': name };
      if (namespaced) fields['metadata.namespace'] = namespace;
      for (const field of own) fields[field] = at(obj, PATHS[field] ?? field) ?? ZERO[field] ?? '';
      if (resource === 'events') fields.source = at(obj, 'source.component') || fields.reportingComponent || '';
      return { labels, fields };
    },
    indexField: INDEXED[resource],
  };
}

function at(obj: KubeObject, path: string): string | undefined {
  let value: unknown = obj;
  for (const step of path.split('.')) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}
