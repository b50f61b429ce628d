/**
 * SelfSubjectRulesReview lists what whoever asks may do in a namespace (`kubectl auth can-i --list`).
 *
 * Upstream: pkg/registry/authorization/selfsubjectrulesreview/rest.go.
 */
import { newBadRequest } from '../../http/status.ts';
import type { RuleResolver } from '../../authorization/interfaces.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';

export function newSelfSubjectRulesReviewREST(resolver: RuleResolver, table: TableConvertor): RESTStorage {
  return {
    namespaced: false,
    table,
    async create(ctx, review, validate) {
      if (!ctx.user) throw newBadRequest('no user present on request');
      const spec = review.spec;
      const namespace = typeof spec === 'object' && spec !== null && 'namespace' in spec && typeof spec.namespace === 'string' ? spec.namespace : '';
      if (namespace === '') throw newBadRequest('no namespace on request');
      await validate(ctx, review);
      const { resourceRules, nonResourceRules, incomplete, evaluationError } = resolver.rulesFor(ctx.user, namespace);
      const status = {
        resourceRules: resourceRules.map(withoutEmpty),
        nonResourceRules: nonResourceRules.map(withoutEmpty),
        incomplete,
        ...(evaluationError && { evaluationError }),
      };
      return { apiVersion: review.apiVersion, kind: review.kind, metadata: {}, spec: {}, status };
    },
  };
}

/** Lists that say nothing are left out, but for the verbs. */
function withoutEmpty<T extends object>(rule: T): Partial<T> {
  return Object.fromEntries(Object.entries(rule).filter(([key, list]) => key === 'verbs' || (Array.isArray(list) && list.length > 0))) as Partial<T>;
}
