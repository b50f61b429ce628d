/**
 * TokenReview asks whose a token is; webhooks and extension servers do so. The token is looked at as if it had come with
 * a request, for other audiences than the API server's own where the review names them.
 *
 * Upstream: pkg/registry/authentication/tokenreview/storage.go. Leaves out the error of an authenticator that answers for
 * audiences that nobody asked for: none here does.
 */
import { strings, struct, text } from '../../apimachinery/access.ts';
import type { Authenticator, AuthenticatorResponse } from '../../authentication/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { newBadRequest } from '../../http/status.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import { userInfoOf } from './user-info.ts';

export function newTokenReviewREST(authenticator: Authenticator, table: TableConvertor): RESTStorage {
  return {
    namespaced: false,
    table,
    async create(ctx, review, validate) {
      const spec = struct(review, 'spec');
      if (text(spec, 'token') === '') throw newBadRequest('token is required for TokenReview in authentication');
      await validate(ctx, review);
      const { response, error } = await ask(ctx, authenticator, text(spec, 'token'), strings(spec, 'audiences'));
      if (!response) return { ...review, status: { user: {}, ...(error && { error }) } };
      const { user, audiences = [] } = response;
      return { ...review, status: { authenticated: true, user: userInfoOf(user), ...(audiences.length > 0 && { audiences }) } };
    },
  };
}

async function ask(ctx: RequestContext, authenticator: Authenticator, token: string, audiences: string[]): Promise<{ response?: AuthenticatorResponse | undefined; error?: string }> {
  try {
    return { response: await authenticator.authenticateRequest({ ctx, url: '', headers: { authorization: `Bearer ${token}` }, ...(audiences.length > 0 && { audiences }) }) };
  } catch (err) {
    return { error: err instanceof Error ? err.message : String(err) };
  }
}
