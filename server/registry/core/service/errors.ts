/** What an allocator says of an address or a port that it does not give away. */
import type { FieldError } from '../../../apimachinery/field.ts';
import { newInvalid } from '../../../http/status.ts';
import type { StatusError } from '../../../http/status.ts';
import type { Service } from './service.ts';

export class AllocationError extends Error {}

/** Upstream's messages of pkg/registry/core/service/{ipallocator,portallocator}. */
export const full = 'range is full';

export function invalidService({ metadata }: Service, errors: FieldError[]): StatusError {
  return newInvalid({ group: '', kind: 'Service' }, metadata.name ?? '', errors);
}
