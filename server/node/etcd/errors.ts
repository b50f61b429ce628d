/**
 * gRPC's errors as EtcdClient's.
 *
 * Upstream: go.etcd.io/etcd/api/v3rpc/rpctypes/error.go. Compacted and future revisions share a code; only the text
 * tells them apart.
 */
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { CompactedError, EtcdRequestError, EtcdUnavailableError, FutureRevisionError } from '../../storage/etcd/client.ts';

const refusals = new Set<number>([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
]);

export function toEtcdError({ code, details }: ServiceError): Error {
  if (details.endsWith('required revision has been compacted')) return new CompactedError(details);
  if (details.endsWith('required revision is a future revision')) return new FutureRevisionError(details);
  if (refusals.has(code)) return new EtcdRequestError(details);
  return new EtcdUnavailableError(details);
}

export function isServiceError(err: unknown): err is ServiceError {
  return err instanceof Error && 'code' in err && 'details' in err && typeof err.details === 'string';
}
