/**
 * The three reviews that ask whether someone may do something: SubjectAccessReview about anyone, LocalSubjectAccessReview
 * about anyone in one namespace, SelfSubjectAccessReview about whoever asks (`kubectl auth can-i`). Nothing is stored:
 * the answer is the object that was sent, with a status.
 *
 * Upstream: pkg/registry/authorization/{subjectaccessreview,localsubjectaccessreview,selfsubjectaccessreview}/rest.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { AuthorizationError } from '../../authorization/interfaces.ts';
import type { Attributes, Authorizer, AuthorizerResult } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { newBadRequest } from '../../http/status.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import { evaluationError, nonResourceAttributesFrom, resourceAttributesFrom } from './attributes.ts';
import { specOf } from './types.ts';
import type { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './types.ts';
import { refuseInvalid, validateLocalSubjectAccessReview, validateSelfSubjectAccessReview, validateSubjectAccessReview } from './validation.ts';

export function newSubjectAccessReviewREST(authorizer: Authorizer, table: TableConvertor): RESTStorage {
  return {
    namespaced: false,
    table,
    async create(ctx, review, validate) {
      refuseInvalid(validateSubjectAccessReview(review));
      await validate(ctx, review);
      return decide(ctx, authorizer, review, subjectOf(specOf(review)));
    },
  };
}

export function newLocalSubjectAccessReviewREST(authorizer: Authorizer, table: TableConvertor): RESTStorage {
  return {
    namespaced: true,
    table,
    async create(ctx, review, validate) {
      refuseInvalid(validateLocalSubjectAccessReview(review));
      const { namespace } = requestInfoFrom(ctx);
      if (namespace === '') throw newBadRequest('namespace is required on this type: ');
      if (namespace !== review.metadata.namespace) throw newBadRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
      await validate(ctx, review);
      return decide(ctx, authorizer, review, subjectOf(specOf(review)));
    },
  };
}

export function newSelfSubjectAccessReviewREST(authorizer: Authorizer, table: TableConvertor): RESTStorage {
  return {
    namespaced: false,
    table,
    async create(ctx, review, validate) {
      refuseInvalid(validateSelfSubjectAccessReview(review));
      if (!ctx.user) throw newBadRequest('no user present on request');
      await validate(ctx, review);
      return decide(ctx, authorizer, review, ctx.user);
    },
  };
}

function subjectOf({ user = '', groups = [], uid, extra }: SubjectAccessReviewSpec): UserInfo {
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

async function decide(ctx: RequestContext, authorizer: Authorizer, review: KubeObject, user: UserInfo): Promise<KubeObject> {
  const { resourceAttributes, nonResourceAttributes = {} } = specOf(review);
  const attributes = resourceAttributes ? resourceAttributesFrom(user, resourceAttributes) : nonResourceAttributesFrom(user, nonResourceAttributes);
  const { decision, reason, error } = await ask(ctx, authorizer, attributes);
  const evaluation = [error, evaluationError(resourceAttributes)].filter((text) => text !== '').join('; ');
  const status: SubjectAccessReviewStatus = {
    allowed: decision === 'allow',
    ...(decision === 'deny' && { denied: true }),
    ...(reason && { reason }),
    ...(evaluation && { evaluationError: evaluation }),
  };
  return { ...review, status };
}

/** An authorizer that fails has its failure policy's opinion; what went wrong is told. */
async function ask(ctx: RequestContext, authorizer: Authorizer, attributes: Attributes): Promise<AuthorizerResult & { error: string }> {
  try {
    return { ...(await authorizer.authorize(ctx, attributes)), error: '' };
  } catch (err) {
    const result: AuthorizerResult = err instanceof AuthorizationError ? err.result : { decision: 'noOpinion', reason: '' };
    return { ...result, error: err instanceof Error ? err.message : String(err) };
  }
}
