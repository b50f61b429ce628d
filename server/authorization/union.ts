/**
 * Asks authorizers one after the other until one has an opinion; without any, the request is not allowed.
 *
 * Upstream: k8s.io/apiserver/pkg/authorization/union/union.go.
 */
import { newAggregate } from '../http/aggregate.ts';
import { AuthorizationError } from './interfaces.ts';
import type { Authorizer, RuleResolver } from './interfaces.ts';

export function newUnionAuthorizer(...authorizers: Authorizer[]): Authorizer {
  return {
    async authorize(ctx, attributes) {
      const reasons: string[] = [];
      const errors: unknown[] = [];
      for (const authorizer of authorizers) {
        try {
          const result = await authorizer.authorize(ctx, attributes);
          if (result.decision !== 'noOpinion') return result;
          if (result.reason !== '') reasons.push(result.reason);
        } catch (err) {
          if (!(err instanceof AuthorizationError) || err.result.decision === 'deny') throw err;
          errors.push(err);
        }
      }
      const result = { decision: 'noOpinion', reason: reasons.join('\n') } as const;
      if (errors.length > 0) throw new AuthorizationError(newAggregate(errors).message, result);
      return result;
    },
  };
}

/** All rules of all resolvers. */
export function newUnionRuleResolver(...resolvers: RuleResolver[]): RuleResolver {
  return {
    rulesFor(user, namespace) {
      const all = resolvers.map((resolver) => resolver.rulesFor(user, namespace));
      const errors = all.map(({ evaluationError }) => evaluationError).filter((error) => error !== '');
      return {
        resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
        nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
        incomplete: all.some(({ incomplete }) => incomplete),
        evaluationError: errors.length > 0 ? newAggregate(errors).message : '',
      };
    },
  };
}
