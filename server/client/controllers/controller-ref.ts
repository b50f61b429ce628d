/**
 * Whose an object is: owners, the one among them that controls it, and how a controller takes or leaves it.
 *
 * Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go and pkg/controller/controller_ref_manager.go.
 */
import type { LabelSelector } from '../../apimachinery/labels.ts';
import type { KubeObject, OwnerReference } from '../../apimachinery/types.ts';
import { isInvalid } from '../errors.ts';
import type { ResourceClient } from '../rest-client.ts';
import { ignoreNotFound } from './controller.ts';

export function getControllerOf({ metadata: { ownerReferences = [] } }: KubeObject): OwnerReference | undefined {
  return ownerReferences.find(({ controller }) => controller);
}

export function newControllerRef({ metadata: { name = '', uid = '' } }: KubeObject, apiVersion: string, kind: string): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The key of the controller that an object has, if it is of that kind. */
export function controllerKey(obj: KubeObject, kind: string): string | undefined {
  const owner = getControllerOf(obj);
  return owner?.kind === kind ? `${obj.metadata.namespace}/${owner.name}` : undefined;
}

export interface ClaimOptions<T extends KubeObject> {
  owner: KubeObject;
  ref: OwnerReference;
  selector: LabelSelector;
  client: ResourceClient<T>;
  /** The owner as the server knows it now: one that is being deleted takes nothing more. */
  fresh(): Promise<KubeObject>;
}

/** Those that are the owner's: orphans that it selects are adopted, and what it no longer selects is let go. */
export async function claim<T extends KubeObject>(objects: readonly T[], { owner, ref, selector, client, fresh }: ClaimOptions<T>): Promise<T[]> {
  const claimed: T[] = [];
  let mayAdopt: Promise<boolean> | undefined;
  const checkAdopt = async () => {
    const { metadata } = await fresh();
    return metadata.uid === owner.metadata.uid && metadata.deletionTimestamp === undefined;
  };
  for (const obj of objects) {
    const { name = '', uid = '', labels = {}, deletionTimestamp } = obj.metadata;
    const controller = getControllerOf(obj);
    const matches = selector.matches(labels);
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue;
      if (matches) claimed.push(obj);
      else if (owner.metadata.deletionTimestamp === undefined) await ignoreGone(client.patch(name, 'strategic-merge-patch', { metadata: { uid, ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }] } }));
    } else if (matches && deletionTimestamp === undefined && owner.metadata.deletionTimestamp === undefined && (await (mayAdopt ??= checkAdopt()))) {
      await ignoreNotFound(client.patch(name, 'strategic-merge-patch', { metadata: { uid, ownerReferences: [ref] } }));
      claimed.push(obj);
    }
  }
  return claimed;
}

/** Gone, or another of its name. */
async function ignoreGone(done: Promise<unknown>): Promise<void> {
  await ignoreNotFound(done).catch((err: unknown) => {
    if (!isInvalid(err)) throw err;
  });
}
