/**
 * WithAuthorization asks whether the user may do what the request is about. Unless somebody says yes, the answer is 403.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/authorization.go. Leaves out nothing.
 */
import { addAuditAnnotation } from '../audit/context.ts';
import { getAuthorizerAttributes } from '../authorization/attributes.ts';
import { forbiddenStatusError } from '../authorization/forbidden.ts';
import type { Authorizer, AuthorizerResult } from '../authorization/interfaces.ts';
import type { Clock } from '../http/context.ts';
import { snapshot } from '../observe/tracing.ts';
import type { Logger } from '../observe/logger.ts';
import type { ChainMetrics } from './chain-metrics.ts';
import type { Filter } from './filter.ts';
import { internalError } from './http-error.ts';

const RESULTS = { allow: 'allowed', deny: 'denied', noOpinion: 'no-opinion' } as const;

export function withAuthorization(authorizer: Authorizer, log: Logger, clock: Clock, metrics?: ChainMetrics): Filter {
  return async function withAuthorization(req, res, next) {
    const { ctx } = req;
    const start = clock.now();
    if (!ctx.user) throw new Error('no user found in the context');
    const attributes = getAuthorizerAttributes(ctx, ctx.user);
    let result: AuthorizerResult;
    try {
      result = await authorizer.authorize(ctx, attributes);
    } catch (err) {
      metrics?.access.authorized('error', clock.now() - start);
      log.error(err, 'Unable to authorize the request');
      addAuditAnnotation(ctx, 'authorization.k8s.io/reason', 'internal error');
      internalError(req, res, err);
      return;
    }
    const spent = clock.now() - start;
    ctx.latency?.track('authorization', spent);
    metrics?.access.authorized(RESULTS[result.decision], spent);
    snapshot(ctx, 'decision', () => ({ decision: result.decision, reason: result.reason }));

    const allowed = result.decision === 'allow';
    addAuditAnnotation(ctx, 'authorization.k8s.io/decision', allowed ? 'allow' : 'forbid');
    addAuditAnnotation(ctx, 'authorization.k8s.io/reason', result.reason);
    if (!allowed) {
      res.setHeader('X-Content-Type-Options', 'nosniff');
      throw forbiddenStatusError(attributes, result.reason);
    }
    next();
  };
}
