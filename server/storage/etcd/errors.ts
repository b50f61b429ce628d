/**
 * What etcd's refusals mean to a list or a watch.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/errors.go.
 */
import { newResourceExpired } from '../../http/status.ts';
import { encodeContinue } from '../continue.ts';
import { CompactedError } from './client.ts';

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
