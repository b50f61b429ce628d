/**
 * Resources that are questions: made by POST, answered at once, stored nowhere.
 *
 * Upstream: pkg/registry/authentication/rest and pkg/registry/authorization/rest.
 */
import { newSelfSubjectReviewREST } from '../registry/authentication/self-subject-review.ts';
import { newTokenReviewREST } from '../registry/authentication/token-review.ts';
import { newSelfSubjectRulesReviewREST } from '../registry/authorization/self-subject-rules-review.ts';
import { newLocalSubjectAccessReviewREST, newSelfSubjectAccessReviewREST, newSubjectAccessReviewREST } from '../registry/authorization/subject-access-review.ts';
import { newTableConvertor } from '../registry/printers/table-convertor.ts';
import type { RESTStorage } from '../registry/rest.ts';
import type { Clock } from '../http/context.ts';
import type { Access } from './access.ts';

export function newReviews({ authenticator, authorizer, rules }: Access, clock: Clock): Record<string, RESTStorage> {
  const table = (group: string, resource: string) => newTableConvertor({ group, version: 'v1', resource }, clock);
  const authentication = 'authentication.k8s.io';
  const authorization = 'authorization.k8s.io';
  return {
    [`tokenreviews.${authentication}`]: newTokenReviewREST(authenticator, table(authentication, 'tokenreviews')),
    [`selfsubjectreviews.${authentication}`]: newSelfSubjectReviewREST(clock, table(authentication, 'selfsubjectreviews')),
    [`subjectaccessreviews.${authorization}`]: newSubjectAccessReviewREST(authorizer, table(authorization, 'subjectaccessreviews')),
    [`localsubjectaccessreviews.${authorization}`]: newLocalSubjectAccessReviewREST(authorizer, table(authorization, 'localsubjectaccessreviews')),
    [`selfsubjectaccessreviews.${authorization}`]: newSelfSubjectAccessReviewREST(authorizer, table(authorization, 'selfsubjectaccessreviews')),
    [`selfsubjectrulesreviews.${authorization}`]: newSelfSubjectRulesReviewREST(rules, table(authorization, 'selfsubjectrulesreviews')),
  };
}
