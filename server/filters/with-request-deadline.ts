/**
 * WithRequestDeadline says how long a request may take: as long as the server allows, or less where the client asks for
 * less (`?timeout=10s`). When the time is over the context ends, and with it all work that waits on its signal.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/request_deadline.go. Leaves out nothing.
 */
import type { AuditBackend } from '../audit/event.ts';
import { auditFailedRequest } from '../audit/failed-request.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { Clock } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { newBadRequest, newTimeoutError } from '../http/status.ts';
import { parseDuration } from './duration.ts';
import type { Filter } from './filter.ts';

export function withRequestDeadline(longRunning: LongRunningRequestCheck, requestTimeoutMaximum: number, clock: Clock, audit: AuditBackend | undefined): Filter {
  return function withRequestDeadline(req, res, next) {
    const { ctx } = req;
    if (longRunning(requestInfoFrom(ctx))) {
      next();
      return;
    }
    const asked = parseTimeout(req.url);
    if (asked instanceof Error) {
      const refused = newBadRequest(asked.message);
      auditFailedRequest(req, res, audit, refused.message);
      throw refused;
    }
    const timeout = asked > 0 && asked < requestTimeoutMaximum ? asked : requestTimeoutMaximum;
    ctx.deadline = ctx.requestReceivedTimestamp + timeout;
    const timer = setTimeout(() => ctx.abort(newTimeoutError('request did not complete within the allotted timeout', 0)), Math.max(0, ctx.deadline - clock.now()));
    ctx.defer(() => clearTimeout(timer));
    next();
  };
}

/** Milliseconds; 0 where the client names none, which stands for as long as the server allows. */
function parseTimeout(url: string): number | Error {
  const at = url.indexOf('?');
  if (at < 0 || !url.includes('timeout=', at)) return 0;
  const value = new URLSearchParams(url.slice(at + 1)).get('timeout');
  if (!value) return 0;
  try {
    return parseDuration(value);
  } catch (err) {
    return new Error(`invalid timeout specified in the request URL - ${err instanceof Error ? err.message : String(err)}`);
  }
}
