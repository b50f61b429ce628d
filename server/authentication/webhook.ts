/**
 * Asks a webhook whose a token is, by a TokenReview.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/authenticator/token/webhook/webhook.go. Leaves out metrics. Requests that come
 * with the same token at once share one call, as in upstream's cache of tokens.
 */
import { z } from 'zod';
import { WEBHOOK_TIMEOUT, callWebhook } from '../http/webhook.ts';
import type { PostToWebhook, WebhookBackoff } from '../http/webhook.ts';
import type { Logger } from '../observe/logger.ts';
import { intersect } from './audiences.ts';
import type { AuthenticatorResponse, TokenAuthenticator } from './interfaces.ts';

export const TOKEN_REVIEW_VERSIONS = ['v1', 'v1beta1'] as const;

export interface WebhookOptions {
  post: PostToWebhook;
  /** That of the TokenReview. */
  version: (typeof TOKEN_REVIEW_VERSIONS)[number];
  /** Those of the server itself: a webhook that says nothing of audiences answers for them. */
  apiAudiences: readonly string[];
  log: Logger;
  backoff?: WebhookBackoff;
  /** Milliseconds for all calls about one token. */
  timeout?: number;
}

const text = z.string().nullish().transform((value) => value ?? '');
const list = z.array(text).nullish().transform((value) => value ?? []);
const userInfo = z.object({ username: text, uid: text, groups: list, extra: z.record(z.string(), list).nullish() });
const reviewed = z.object({
  status: z.object({ authenticated: z.boolean().nullish(), user: userInfo.nullish(), audiences: list, error: text }).nullish(),
});

export function newWebhookTokenAuthenticator({ apiAudiences, ...options }: WebhookOptions): TokenAuthenticator {
  const pending = new Map<string, Promise<AuthenticatorResponse | undefined>>();
  return {
    authenticateToken(_ctx, token, audiences = apiAudiences) {
      const key = JSON.stringify([token, audiences]);
      let shared = pending.get(key);
      if (!shared) pending.set(key, (shared = review(token, audiences, apiAudiences, options).finally(() => pending.delete(key))));
      return shared;
    },
  };
}

async function review(token: string, wanted: readonly string[], apiAudiences: readonly string[], { post, version, log, ...options }: Omit<WebhookOptions, 'apiAudiences'>): Promise<AuthenticatorResponse | undefined> {
  const status = await ask().catch((err: unknown) => {
    log.error(err, 'Failed to make webhook authenticator request');
    throw err;
  });
  const audiences = intersect(status?.audiences.length ? status.audiences : apiAudiences, wanted);
  if (audiences.length === 0) return undefined;
  if (!status?.authenticated) {
    if (status?.error) throw new Error(status.error);
    return undefined;
  }
  const { username = '', uid = '', groups = [], extra } = status.user ?? {};
  return { user: { name: username, ...(uid && { uid }), groups, ...(extra && { extra }) }, audiences };

  async function ask() {
    const question = { kind: 'TokenReview', apiVersion: `authentication.k8s.io/${version}`, metadata: {}, spec: { token, audiences: wanted }, status: { user: {} } };
    const answer = reviewed.safeParse(await callWebhook(post, question, { timeout: WEBHOOK_TIMEOUT, ...options }));
    if (answer.success) return answer.data.status;
    const [issue] = answer.error.issues;
    throw new Error(`json: cannot unmarshal the TokenReview that came back: ${issue?.path.join('.')}: ${issue?.message}`);
  }
}
