/**
 * gRPC's errors as EtcdClient's.
 *
 * Upstream: go.etcd.io/etcd/api/v3rpc/rpctypes/error.go. Compacted and future revisions share a code; only the text
 * tells them apart. Clients get to read these texts: what etcd says of itself stands alone, what the connection says is
 * worded as grpc-go words it.
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
  const message = details.startsWith('etcdserver: ') ? details : `rpc error: code = ${codeName(code)} desc = ${describe(details)}`;
  return refusals.has(code) ? new EtcdRequestError(message) : new EtcdUnavailableError(message);
}

/** `DeadlineExceeded` for DEADLINE_EXCEEDED. */
function codeName(code: status): string {
  return status[code].toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase()).replace('Cancelled', 'Canceled');
}

const causes: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
};

function describe(details: string): string {
  const [, why, address] = /connect (E\w+) (\S+:\d+)/.exec(details) ?? [];
  if (why && address) return `connection error: desc = "transport: Error while dialing: dial tcp ${address}: connect: ${causes[why] ?? why}"`;
  return details.replace(/ Resolution note:.*/s, '');
}

export function isServiceError(err: unknown): err is ServiceError {
  return err instanceof Error && 'code' in err && 'details' in err && typeof err.details === 'string';
}
