/**
 * WithImpersonation lets a user act as another one, where that is allowed (`kubectl --as`). From here on the request is
 * the other user's; the audit log names both.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/impersonation/constrained_impersonation.go, as v1.36 has it by default.
 */
import { logImpersonatedUser } from '../audit/context.ts';
import { getAuthorizerAttributes } from '../authorization/attributes.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { Attributes, Authorizer } from '../authorization/interfaces.ts';
import type { Clock, RequestContext } from '../http/context.ts';
import { StatusError } from '../http/status.ts';
import { snapshot } from '../observe/tracing.ts';
import type { Filter } from './filter.ts';
import { internalError } from './http-error.ts';
import { processImpersonationHeaders } from './impersonation/headers.ts';
import { allImpersonationModes } from './impersonation/modes.ts';
import type { ImpersonatedUser, ImpersonationMode } from './impersonation/modes.ts';

export function withImpersonation(authorizer: Authorizer, clock: Clock): Filter {
  const tracker = newModesTracker(allImpersonationModes(authorizer));
  return async function withImpersonation(req, res, next) {
    const { ctx } = req;
    const wanted = processImpersonationHeaders(req);
    if (!wanted) {
      next();
      return;
    }
    const { user } = ctx;
    if (!user) {
      internalError(req, res, new Error('no User found in the context'));
      return;
    }
    const start = clock.now();
    const impersonated = await tracker(ctx, wanted, getAuthorizerAttributes(ctx, user)).catch((err: unknown) => {
      if (err instanceof StatusError) res.setHeader('X-Content-Type-Options', 'nosniff');
      throw err;
    });
    ctx.latency?.track('impersonation', clock.now() - start);
    ctx.user = impersonated.user;
    logImpersonatedUser(ctx, impersonated.user, impersonated.constraint);
    snapshot(ctx, 'user', () => ({ name: impersonated.user.name, groups: impersonated.user.groups, impersonatedBy: user.name }));
    next();
  };
}

/** Remembers requestors, so many at most. */
const trackedUsers = 10_000;

/**
 * Tries the mode that last worked for this requestor first, then the others in turn. The first refusal is the answer
 * where all refuse.
 */
function newModesTracker(modes: ImpersonationMode[]) {
  const lastMode = new Map<string, ImpersonationMode>();
  return async function getImpersonatedUser(ctx: RequestContext, wanted: UserInfo, attributes: Attributes): Promise<ImpersonatedUser> {
    const { name } = attributes.user;
    const last = lastMode.get(name);
    let firstError: unknown;
    for (const mode of last ? [last, ...modes.filter((mode) => mode !== last)] : modes) {
      try {
        const impersonated = await mode(ctx, wanted, attributes);
        if (!impersonated) continue;
        remember(lastMode, name, mode);
        return impersonated;
      } catch (err) {
        firstError ??= err;
      }
    }
    throw firstError instanceof Error ? firstError : new Error('all impersonation modes failed');
  };
}

/** A map keeps the order of insertion: its first key is the one unused for longest. */
function remember(lastMode: Map<string, ImpersonationMode>, name: string, mode: ImpersonationMode): void {
  lastMode.delete(name);
  lastMode.set(name, mode);
  const [oldest] = lastMode.keys();
  if (lastMode.size > trackedUsers && oldest !== undefined) lastMode.delete(oldest);
}
