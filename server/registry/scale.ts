/**
 * The scale subresource: how many replicas are wanted and how many there are, in one shape for every kind that has
 * them.
 *
 * Upstream: pkg/registry/apps/deployment/storage/storage.go (ScaleREST, scaleUpdatedObjectInfo) and its siblings.
 */
import { deepCopy } from '../apimachinery/deep.ts';
import type { LabelSelectorObject } from '../apimachinery/labels.ts';
import { labelSelectorAsSelector, labelSelectorFromSet } from '../apimachinery/labels.ts';
import { newScaleHandler } from '../apimachinery/managedfields/scale-handler.ts';
import type { KubeObject, ManagedFieldsEntry } from '../apimachinery/types.ts';
import { newBadRequest, newInvalid, newNotFound } from '../http/status.ts';
import type { RESTStorage } from './rest.ts';
import type { Store } from './store.ts';

interface Scalable {
  spec?: { replicas?: number; selector?: unknown };
  status?: { replicas?: number };
}

export function newScaleREST(store: Store): Pick<RESTStorage, 'namespaced' | 'table' | 'get' | 'update'> {
  return {
    namespaced: store.namespaced,
    table: store.table,
    async get(ctx, name, options) {
      return scaleOf(await store.get(ctx, name, options));
    },
    async update(ctx, name, info, validateCreate, validateUpdate, options) {
      const scaled = {
        ...(info.preconditions && { preconditions: info.preconditions }),
        async updatedObject(inner: typeof ctx, live: KubeObject | undefined) {
          if (!live) throw newNotFound(store.resource, name);
          const handler = newScaleHandler(live.metadata.managedFields, live.apiVersion);
          const old = scaleOf(live);
          setManagedFields(old, handler.toSubresource());
          const scale = await info.updatedObject(inner, old);
          checkScale(scale, name);
          await validateUpdate(inner, scale, old);
          const obj = deepCopy(live);
          obj.spec = { ...(obj as Scalable).spec, replicas: replicasOf(scale) };
          if (scale.metadata.resourceVersion) obj.metadata.resourceVersion = scale.metadata.resourceVersion;
          setManagedFields(obj, handler.toParent(scale.metadata.managedFields));
          return obj;
        },
      };
      const { object } = await store.update(ctx, name, scaled, validateCreate, async () => undefined, { ...options, forceAllowCreate: false });
      return { object: scaleOf(object), created: false };
    },
  };
}

function checkScale(scale: KubeObject, name: string): void {
  if (scale.kind !== 'Scale') throw newBadRequest(`wrong object passed to Scale update: ${scale.kind}`);
  const replicas = replicasOf(scale);
  if (replicas < 0) {
    const error = { type: 'FieldValueInvalid', field: 'spec.replicas', body: `Invalid value: ${replicas}: must be greater than or equal to 0` };
    throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, name, [error]);
  }
}

function setManagedFields({ metadata }: KubeObject, entries: ManagedFieldsEntry[] | undefined): void {
  if (entries) metadata.managedFields = entries;
  else delete metadata.managedFields;
}

function replicasOf(scale: KubeObject): number {
  return (scale as Scalable).spec?.replicas ?? 0;
}

function scaleOf(obj: KubeObject): KubeObject {
  const { spec, status } = obj as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = obj.metadata;
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp };
  const selector = selectorText(spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)),
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
}

/** A replication controller's selector is a plain map; the others' a LabelSelector. */
function selectorText(selector: unknown): string {
  if (typeof selector !== 'object' || selector === null) return '';
  const plain = !('matchLabels' in selector) && !('matchExpressions' in selector);
  return (plain ? labelSelectorFromSet(selector as Record<string, string>) : labelSelectorAsSelector(selector as LabelSelectorObject)).toString();
}
