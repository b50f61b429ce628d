/**
 * What a list's resourceVersion, match and continue token come down to: an exact revision or the newest state, from
 * which key on.
 *
 * Upstream: ValidateListOptions in k8s.io/apiserver/pkg/storage/interfaces.go.
 */
import { newBadRequest } from '../http/status.ts';
import { parseResourceVersion } from './api-object-versioner.ts';
import { decodeContinue } from './continue.ts';
import type { ListOptions } from './interfaces.ts';

export const isRecursive = (key: string) => key.endsWith('/');

/** Revision 0 stands for the newest. Throws BadRequest. */
export function validateListOptions(keyPrefix: string, options: ListOptions): { withRev: number; continueKey: string | undefined } {
  const { resourceVersion, resourceVersionMatch, predicate } = options;
  const recursive = isRecursive(keyPrefix);
  if (recursive && predicate.continue !== '') {
    const { fromKey, revision } = orBadRequest('invalid continue token', () => decodeContinue(predicate.continue, keyPrefix));
    if (resourceVersion !== '' && resourceVersion !== '0') throw newBadRequest('specifying resource version is not allowed when using continue');
    return { withRev: Math.max(revision, 0), continueKey: fromKey };
  }
  const parsed = orBadRequest('invalid resource version', () => parseResourceVersion(resourceVersion));
  const exact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && recursive && predicate.limit > 0);
  return { withRev: exact ? parsed : 0, continueKey: undefined };
}

export function orBadRequest<T>(what: string, fn: () => T): T {
  try {
    return fn();
  } catch (err) {
    throw newBadRequest(`${what}: ${err instanceof Error ? err.message : String(err)}`);
  }
}
