/**
 * Tokens `id.secret` by which a machine joins: each is a Secret `bootstrap-token-ID` in kube-system, which says until when
 * it is good, what for, and in which groups its bearer is.
 *
 * Upstream: plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go, k8s.io/cluster-bootstrap/token/util and
 * util/secrets. Leaves out the log of why a token is none.
 */
import { stringMap, text } from '../apimachinery/access.ts';
import { canonicalizeTime } from '../apimachinery/serializer/go-time.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { Clock } from '../http/context.ts';
import { constantTimeCompare } from './constant-time.ts';
import type { TokenAuthenticator } from './interfaces.ts';
import type { Getter } from './service-account/validator.ts';

const NAMESPACE = 'kube-system';
const TYPE = 'bootstrap.kubernetes.io/token';
const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const GROUP = 'system:bootstrappers';
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

export function newBootstrapTokenAuthenticator(getSecret: Getter, clock: Clock): TokenAuthenticator {
  return {
    async authenticateToken(ctx, token) {
      const [, id, given = ''] = TOKEN.exec(token) ?? [];
      if (id === undefined) return undefined;
      const secret = await getSecret(ctx, NAMESPACE, `bootstrap-token-${id}`);
      if (!secret || secret.metadata.deletionTimestamp !== undefined || text(secret, 'type') !== TYPE) return undefined;
      const data = decode(secret);
      const value = (key: string) => data.get(key) ?? '';
      if (!constantTimeCompare(value('token-secret'), given) || value('token-id') !== id) return undefined;
      if (hasExpired(value('expiration'), clock.now()) || value('usage-bootstrap-authentication') !== 'true') return undefined;
      const groups = groupsOf(value('auth-extra-groups'));
      return groups && { user: { name: `system:bootstrap:${id}`, groups } };
    },
  };
}

function decode(secret: KubeObject): Map<string, string> {
  const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Map(Object.entries(stringMap(secret, 'data')).map(([key, value]) => [key, new TextDecoder().decode(bytes(value))]));
}

/** A time that cannot be read has passed. */
function hasExpired(expiration: string, now: number): boolean {
  if (expiration === '') return false;
  try {
    return Date.parse(canonicalizeTime('time', expiration)) <= now;
  } catch {
    return true;
  }
}

/** Each once, in order; undefined where one is named that such tokens cannot give. */
function groupsOf(extra: string): string[] | undefined {
  const groups = extra === '' ? [] : extra.split(',');
  return groups.every((group) => EXTRA_GROUP.test(group)) ? [...new Set([GROUP, ...groups])].sort() : undefined;
}
