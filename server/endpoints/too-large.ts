/**
 * What storage refuses because it is too large is tried once more without its managed fields, which can be large, and
 * which no client has sent.
 *
 * Upstream: isTooLargeError of k8s.io/apiserver/pkg/endpoints/handlers/rest.go, and its callers.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { UpdatedObjectInfo } from '../registry/rest.ts';
import { EtcdRequestError } from '../storage/etcd/client.ts';

/** Makes what is written of what should be. */
export type Fit = (obj: KubeObject) => KubeObject;

export const asItIs: Fit = (obj) => obj;

export function fitting(updatedObject: UpdatedObjectInfo['updatedObject'], fit: Fit): UpdatedObjectInfo['updatedObject'] {
  return async (ctx, live) => fit(await updatedObject(ctx, live));
}

export async function smallerIfTooLarge<T>(write: (fit: Fit) => Promise<T>): Promise<T> {
  try {
    return await write(asItIs);
  } catch (err) {
    if (!isTooLargeError(err)) throw err;
    return write((obj) => {
      delete obj.metadata.managedFields;
      return obj;
    });
  }
}

function isTooLargeError(err: unknown): boolean {
  return err instanceof EtcdRequestError && (err.message === 'etcdserver: request is too large' || err.message.includes('trying to send message larger than max'));
}
