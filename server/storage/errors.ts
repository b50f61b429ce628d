/**
 * What goes wrong in storage, as answers.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/errors.go and errors/storage.go. There a storage error becomes a Status one
 * layer up; here the storage knows its resource and throws the Status at once. Errors of etcd itself that are no
 * refusals (an alarm) pass unchanged and are answered as 500, as upstream.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import { StatusError, newInternalError } from '../http/status.ts';
import type { Watch, WatchEvent } from './interfaces.ts';

/** The message inside a Conflict that a failed precondition makes (upstream's NewInvalidObjError). */
export function invalidObjMessage(key: string, message: string): string {
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${message}`;
}

/** The name that an answer speaks of: a key ends with it. */
export function nameFromKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

export const resourceVersionSetOnCreate = 'resourceVersion should not be set on objects to be created';

/** An error as the last event of a watch: the answer's 200 has long been sent. */
export function errorEvent(err: unknown): WatchEvent {
  const { code, ...status } = (err instanceof StatusError ? err : newInternalError(err)).status;
  // the last field, as in the Go type
  const object: KubeObject = { ...status, code };
  return { type: 'ERROR', object };
}

/** A watch that has only this to say. */
export function newStaticWatch(events: WatchEvent[]): Watch {
  return {
    stop() {},
    async *[Symbol.asyncIterator]() {
      yield* events;
    },
  };
}

export function isResourceExpired(err: unknown): boolean {
  return err instanceof StatusError && err.status.reason === 'Expired';
}

export function isTooLargeResourceVersion(err: unknown): boolean {
  return err instanceof StatusError && (err.status.details?.causes ?? []).some(({ reason }) => reason === 'ResourceVersionTooLarge');
}

/** A read in place of one that would have waited: what is too new for it now may be there when it is asked for again. */
export async function mayBeThereSoon<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (err) {
    if (!(err instanceof StatusError) || !isTooLargeResourceVersion(err)) throw err;
    const { code = 504, reason = '', message = '', details } = err.status;
    throw new StatusError(code, reason, message, { ...details, retryAfterSeconds: 1 });
  }
}
