/**
 * Asks authorizers one after the other until one has an opinion; without any, the request is not allowed.
 *
 * Upstream: k8s.io/apiserver/pkg/authorization/union/union.go.
 */
import type { Authorizer } from './interfaces.ts';

export function newUnionAuthorizer(...authorizers: Authorizer[]): Authorizer {
  return {
    async authorize(ctx, attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const result = await authorizer.authorize(ctx, attributes);
        if (result.decision !== 'noOpinion') return result;
        if (result.reason !== '') reasons.push(result.reason);
      }
      return { decision: 'noOpinion', reason: reasons.join('\n') };
    },
  };
}
