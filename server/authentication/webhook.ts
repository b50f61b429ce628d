/**
 * Asks a webhook whose a token is, by a TokenReview.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/authenticator/token/webhook/webhook.go. Leaves out metrics. Requests that come
 * with the same token at once share one call, as in upstream's cache of tokens.
 */
import { decodeTyped } from '../apimachinery/serializer/typed/decode.ts';
import type { GoType, StructType } from '../apimachinery/serializer/typed/go-type.ts';
import { structOf } from '../authorization/go-struct.ts';
import { WEBHOOK_TIMEOUT, callWebhook } from '../http/webhook.ts';
import type { PostToWebhook, WebhookBackoff } from '../http/webhook.ts';
import type { Logger } from '../observe/logger.ts';
import { intersect } from './audiences.ts';
import type { AuthenticatorResponse, TokenAuthenticator } from './interfaces.ts';
import { SecretMap } from './secret-map.ts';

export const TOKEN_REVIEW_VERSIONS = ['v1', 'v1beta1'] as const;

/** Calls that others may share. */
const MOST_PENDING = 4096;

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

type Version = WebhookOptions['version'];

/** As the decoder leaves it: what was absent or null is undefined. */
interface ReviewStatus {
  authenticated?: boolean;
  user?: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[] | null> };
  audiences?: string[];
  error?: string;
}

function reviewType(version: Version): StructType {
  const strings: GoType = { kind: 'slice', goName: `${version}.ExtraValue`, item: { kind: 'string', goName: 'string' } };
  const user = structOf(`${version}.UserInfo`, { username: 'string', uid: 'string', groups: ['string'], extra: { kind: 'map', goName: `map[string]${version}.ExtraValue`, value: strings } });
  return structOf(`${version}.TokenReview`, { status: structOf(`${version}.TokenReviewStatus`, { authenticated: 'bool', user, audiences: ['string'], error: 'string' }) });
}

export function newWebhookTokenAuthenticator({ apiAudiences, ...options }: WebhookOptions): TokenAuthenticator {
  const pending = new SecretMap<Promise<AuthenticatorResponse | undefined>>(MOST_PENDING);
  return {
    authenticateToken(_ctx, token, audiences = apiAudiences) {
      const key = `${JSON.stringify(audiences)}\n${token}`;
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
  const audiences = intersect(status.audiences?.length ? status.audiences : apiAudiences, wanted);
  if (audiences.length === 0) return undefined;
  if (!status.authenticated) {
    if (status.error) throw new Error(status.error);
    return undefined;
  }
  const { username = '', uid = '', groups = [], extra } = status.user ?? {};
  return { user: { name: username, ...(uid && { uid }), groups, ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, values ?? []])) }) }, audiences };

  async function ask(): Promise<ReviewStatus> {
    const question = { kind: 'TokenReview', apiVersion: `authentication.k8s.io/${version}`, metadata: {}, spec: { token, audiences: wanted }, status: { user: {} } };
    const answer = await callWebhook(post, question, { timeout: WEBHOOK_TIMEOUT, ...options });
    const { status }: { status?: ReviewStatus } = decodeTyped(reviewType(version), answer, { strict: false }).value;
    return status ?? {};
  }
}
