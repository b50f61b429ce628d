/**
 * TokenReview asks whose a token is; webhooks and extension servers do so. The token is looked at as if it had come with
 * a request. A token that names no audiences is meant for the API server's own.
 *
 * Upstream: pkg/registry/authentication/tokenreview/storage.go.
 */
import type { Authenticator, AuthenticatorResponse } from '../../authentication/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { newBadRequest } from '../../http/status.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import { userInfoOf } from './user-info.ts';

export function newTokenReviewREST(authenticator: Authenticator, table: TableConvertor, apiAudiences: string[] = []): RESTStorage {
  return {
    namespaced: false,
    table,
    async create(ctx, review, validate) {
      const { token = '', audiences = [] } = specOf(review);
      if (token === '') throw newBadRequest('token is required for TokenReview in authentication');
      await validate(ctx, review);
      const { response, error } = await ask(ctx, authenticator, token);
      const meant = response?.audiences ?? apiAudiences;
      const shared = audiences.length > 0 ? audiences.filter((audience) => meant.includes(audience)) : meant;
      if (!response || (audiences.length > 0 && shared.length === 0)) {
        return { ...review, status: { user: {}, error: error ?? 'invalid bearer token' } };
      }
      return { ...review, status: { authenticated: true, user: userInfoOf(response.user), ...(shared.length > 0 && { audiences: shared }) } };
    },
  };
}

/** The spec of a review that was decoded by its schema. */
function specOf(review: KubeObject): { token?: string; audiences?: string[] } {
  return (review.spec ?? {});
}

async function ask(ctx: RequestContext, authenticator: Authenticator, token: string): Promise<{ response?: AuthenticatorResponse | undefined; error?: string }> {
  try {
    return { response: await authenticator.authenticateRequest({ ctx, url: '', headers: { authorization: `Bearer ${token}` } }) };
  } catch (err) {
    return { error: err instanceof Error ? err.message : String(err) };
  }
}
