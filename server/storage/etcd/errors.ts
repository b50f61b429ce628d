/**
 * What etcd's refusals mean to a list or a watch, and what is answered where it cannot be reached.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/errors.go. Where etcd cannot be reached upstream's client tries again until
 * the request's deadline (504); here it is 503 at once, which clients may repeat, for nothing can have come of it.
 */
import { StatusError, newResourceExpired } from '../../http/status.ts';
import { encodeContinue } from '../continue.ts';
import type { EtcdClient } from './client.ts';
import { CompactedError, EtcdUnavailableError } from './client.ts';

const inconsistentContinue =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, ' +
  'or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an ' +
  'inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

export function interpretWatchError(err: unknown): unknown {
  return err instanceof CompactedError ? newResourceExpired('The resourceVersion for the provided watch is too old.') : err;
}

/** A page that cannot be had any more comes with a token that goes on at the newest revision. */
export function interpretListError(err: unknown, continueKey: string | undefined, keyPrefix: string): unknown {
  if (!(err instanceof CompactedError)) return err;
  if (continueKey === undefined) return newResourceExpired('The resourceVersion for the provided list is too old.');
  const expired = newResourceExpired(inconsistentContinue);
  expired.status.metadata = { continue: encodeContinue(continueKey, keyPrefix, -1) };
  return expired;
}

/** The client, with answers for errors where no other is to be had. Watches keep theirs: they go on elsewhere. */
export function answeringUnavailable(client: EtcdClient): EtcdClient {
  return {
    ...client,
    range: (request, caller) => client.range(request, caller).catch((err: unknown) => Promise.reject(interpretUnavailable(err, 'read'))),
    txn: (request, caller) => client.txn(request, caller).catch((err: unknown) => Promise.reject(interpretUnavailable(err, 'write'))),
    // what was to be written under the lease has not been
    leaseGrant: (ttlSeconds) => client.leaseGrant(ttlSeconds).catch((err: unknown) => Promise.reject(interpretUnavailable(err, 'read'))),
  };
}

function interpretUnavailable(err: unknown, call: 'read' | 'write'): unknown {
  if (!(err instanceof EtcdUnavailableError)) return err;
  // a client that simply repeats it might do it twice; what has happened to it stands alone, as upstream (500)
  if (call === 'write' && err.mayBeDone) return err;
  return new StatusError(503, 'ServiceUnavailable', `etcd cannot be reached: ${err.message}`, { retryAfterSeconds: 1 });
}
