/** What both forms of StageHost do to a request before it leaves: whose it is, which trace, which target. */
import type { LabUser } from '../../server/observe/lab/messages.ts';
import type { StageRequest } from './stage-host.ts';
import { newTraceId, traceparent } from './trace-id.ts';

/** W3C trace context of a request that begins here, sampled. */
export function newTraceparent(): string {
  return traceparent(newTraceId());
}

export function traceIdOf(headers: Record<string, string>): string {
  return headers.traceparent?.split('-')[1] ?? '';
}

/** The request's headers, lower-case, with its user's token. */
export function withUser({ headers, user }: StageRequest, users: LabUser[]): Record<string, string> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (user === undefined) return own;
  const known = users.find((u) => u.name === user);
  if (!known) throw new TypeError(`no user "${user}" here`);
  return { ...(known.token && { authorization: `Bearer ${known.token}` }), ...own };
}

/** Path and query as they go over the wire. */
export function requestTarget(path: string): string {
  if (!path.startsWith('/')) throw new TypeError(`a path starts with "/": ${path}`);
  const { pathname, search } = new URL(`http://stage.page${path}`);
  return pathname + search;
}
