/**
 * How admission refuses.
 *
 * Upstream: k8s.io/apiserver/pkg/admission/errors.go (NewForbidden).
 */
import { newForbidden as forbidden } from '../http/status.ts';
import type { StatusError } from '../http/status.ts';
import type { Attributes } from './interfaces.ts';

/** An object whose name is still to be generated goes by what it will begin with. */
export function newForbidden({ resource, name, object }: Attributes, why: string): StatusError {
  return forbidden(resource, name || object?.metadata.name || object?.metadata.generateName || 'Unknown', why);
}
