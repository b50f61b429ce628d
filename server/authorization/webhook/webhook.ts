/**
 * Asks a service elsewhere by a SubjectAccessReview, and remembers its answers for a while.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go. Leaves out the metrics.
 */
import type { Clock } from '../../http/context.ts';
import { callWebhook } from '../../http/webhook.ts';
import type { PostToWebhook, WebhookBackoff } from '../../http/webhook.ts';
import { AuthorizationError } from '../interfaces.ts';
import type { Attributes, Authorizer, AuthorizerResult, Decision, RuleResolver } from '../interfaces.ts';
import { LRUExpireCache } from './lru-expire-cache.ts';
import type { CELMatcher } from './match-conditions.ts';
import { reviewOf, statusOf } from './subject-access-review.ts';
import type { ReviewStatus, ReviewVersion } from './subject-access-review.ts';

export interface WebhookOptions {
  post: PostToWebhook;
  version: ReviewVersion;
  /** Milliseconds for one call. */
  timeout: number;
  /** Milliseconds; an answer that is kept for none is not kept. */
  authorizedTTL: number;
  unauthorizedTTL: number;
  /** What holds where the webhook fails. */
  decisionOnError: Exclude<Decision, 'allow'>;
  /** Which requests it is asked about; without them, all. */
  matches?: CELMatcher;
  clock: Clock;
  backoff?: WebhookBackoff;
}

const CACHE_SIZE = 8192;
/** Whoever sends more than this shall not fill the cache with it. */
const MAX_CACHED_ATTRIBUTES = 10_000;

const encoder = new TextEncoder();

export function newWebhookAuthorizer({ post, version, timeout: callTimeout, authorizedTTL, unauthorizedTTL, decisionOnError, matches, clock, backoff }: WebhookOptions): Authorizer & RuleResolver {
  const cache = new LRUExpireCache<ReviewStatus>(CACHE_SIZE, clock);
  return {
    async authorize(ctx, attributes) {
      if (!isMeant(attributes)) return { decision: 'noOpinion', reason: '' };
      const review = reviewOf(attributes, version);
      const key = JSON.stringify(review.spec);
      const cached = cache.get(key);
      if (cached) return resultOf(cached);
      let status: ReviewStatus;
      try {
        status = statusOf(await callWebhook(post, review, { callTimeout, signal: ctx.signal, ...(backoff && { backoff }) }), version);
      } catch (err) {
        throw failed(err);
      }
      if (shouldCache(attributes)) cache.add(key, status, status.allowed ? authorizedTTL : unauthorizedTTL);
      return resultOf(status);
    },

    rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: true, evaluationError: 'webhook authorizer does not support user rule resolution' }),
  };

  function isMeant(attributes: Attributes): boolean {
    try {
      return matches?.(attributes) ?? true;
    } catch (err) {
      throw failed(err);
    }
  }

  function failed(err: unknown): AuthorizationError {
    return new AuthorizationError(err instanceof Error ? err.message : String(err), { decision: decisionOnError, reason: '' });
  }
}

function resultOf({ allowed, denied, reason = '' }: ReviewStatus): AuthorizerResult {
  if (denied && allowed) throw new AuthorizationError('webhook subject access review returned both allow and deny response', { decision: 'deny', reason });
  return { decision: denied ? 'deny' : allowed ? 'allow' : 'noOpinion', reason };
}

function shouldCache({ namespace, verb, apiGroup, apiVersion, resource, subresource, name, path }: Attributes): boolean {
  return encoder.encode(namespace + verb + apiGroup + apiVersion + resource + subresource + name + path).length < MAX_CACHED_ATTRIBUTES;
}
