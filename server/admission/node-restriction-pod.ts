/**
 * What a kubelet may do with Pods: show those that it runs by itself (mirror Pods), and end or report on those on it.
 *
 * Upstream: the admitPod… methods of plugin/pkg/admission/noderestriction/admission.go.
 */
import type { Fields } from '../apimachinery/access.ts';
import { struct, structs, text } from '../apimachinery/access.ts';
import { deepEqual } from '../apimachinery/deep.ts';
import { quote } from '../apimachinery/quote.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { newNotFound } from '../http/status.ts';
import type { Attributes } from './interfaces.ts';
import { hasAPIObjectReference } from './node-restriction-reference.ts';
import type { NodeRestrictionReaders, Restriction } from './node-restriction.ts';
import type { Reader } from './reader.ts';

const MIRROR_POD = 'kubernetes.io/config.mirror';

const nodeOf = (pod: KubeObject) => text(struct(pod, 'spec'), 'nodeName');

/** `resource` is in the singular, as upstream's listers have it in what they say. */
export async function existing(reader: Reader, ctx: RequestContext, resource: string, namespace: string, name: string): Promise<KubeObject> {
  const found = name === '' ? undefined : await reader.get(ctx, namespace, name);
  if (!found) throw newNotFound({ group: '', resource }, name);
  return found;
}

export function newPodRestriction({ pods, nodes }: Pick<NodeRestrictionReaders, 'pods' | 'nodes'>): Restriction {
  return async function restrictPod(nodeName, attributes, ctx) {
    const { subresource, operation, object, oldObject, namespace, name } = attributes;
    const node = quote(nodeName);
    if (subresource === 'status') return operation === 'UPDATE' && object && oldObject ? restrictStatus(node, nodeName, object, oldObject) : unexpected(operation);
    if (subresource === 'eviction') {
      if (operation !== 'CREATE') return `unexpected operation ${operation}`;
      const podName = name || (object?.metadata.name ?? '');
      if (podName === '') return 'could not determine pod from request data';
      return nodeOf(await existing(pods, ctx, 'pod', namespace, podName)) === nodeName ? undefined : `node ${nodeName} can only evict pods with spec.nodeName set to itself`;
    }
    if (subresource !== '') return `unexpected pod subresource ${quote(subresource)}, only 'status' and 'eviction' are allowed`;
    if (operation === 'CREATE' && object) return restrictCreate(nodeName, object, ctx);
    if (operation !== 'DELETE') return `${unexpected(operation)}, node ${node} can only create and delete mirror pods`;
    return nodeOf(await existing(pods, ctx, 'pod', namespace, name)) === nodeName ? undefined : `node ${node} can only delete pods with spec.nodeName set to itself`;
  };

  async function restrictCreate(nodeName: string, pod: KubeObject, ctx: RequestContext): Promise<string | undefined> {
    const node = quote(nodeName);
    const { annotations = {}, ownerReferences = [] } = pod.metadata;
    if (annotations[MIRROR_POD] === undefined) return `pod does not have "${MIRROR_POD}" annotation, node ${node} can only create mirror pods`;
    if (nodeOf(pod) !== nodeName) return `node ${node} can only create pods with spec.nodeName set to itself`;
    if (ownerReferences.length > 1) return `node ${node} can only create pods with a single owner reference set to itself`;
    const [owner] = ownerReferences;
    if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== nodeName) return `node ${node} can only create pods with an owner reference set to itself`;
    if (!owner.controller) return `node ${node} can only create pods with a controller owner reference set to itself`;
    if (owner.blockOwnerDeletion) return `node ${node} must not set blockOwnerDeletion on an owner reference`;
    const { uid = '' } = (await existing(nodes, ctx, 'node', '', nodeName)).metadata;
    if (owner.uid !== uid) return `node ${nodeName} UID mismatch: expected ${owner.uid} got ${uid}`;
    const { resource, error } = hasAPIObjectReference(struct(pod, 'spec'));
    if (error !== undefined) return `error checking mirror pod for API references: ${error}`;
    return resource === undefined ? undefined : `node ${node} can not create pods that reference ${resource}`;
  }
}

const unexpected = (operation: Attributes['operation']) => `unexpected operation ${quote(operation)}`;

function restrictStatus(node: string, nodeName: string, pod: KubeObject, old: KubeObject): string | undefined {
  if (nodeOf(old) !== nodeName) return `node ${node} can only update pod status for pods with spec.nodeName set to itself`;
  if (!deepEqual(old.metadata.labels ?? {}, pod.metadata.labels ?? {})) return `node ${node} cannot update labels through pod status`;
  const [status, oldStatus] = [struct(pod, 'status'), struct(old, 'status')];
  if (!deepEqual(claims(status), claims(oldStatus))) return `node ${node} cannot update resource claim statues`;
  if (!deepEqual(status['extendedResourceClaimStatus'], oldStatus['extendedResourceClaimStatus'])) return `node ${node} cannot update extended resource claim status`;
  return undefined;
}

const claims = (status: Fields) => structs(status, 'resourceClaimStatuses').map(({ name, resourceClaimName }) => ({ name, resourceClaimName }));
