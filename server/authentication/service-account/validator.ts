/**
 * What the claims of a bound token are, and whether they still hold: its account, and what it is bound to, must be there
 * as they were when it was issued.
 *
 * Upstream: pkg/serviceaccount/claims.go. Leaves out the metrics.
 */
import type { Fields } from '../../apimachinery/access.ts';
import { int, struct, text } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { addAuditAnnotation } from '../../audit/context.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { newNotFound } from '../../http/status.ts';
import { credentialIDForJTI, makeUsername, userInfoOf } from '../service-account.ts';
import type { Validator } from './jwt.ts';

export interface Ref {
  name: string;
  uid: string;
}

/** Reads an object; undefined where there is none. */
export type Getter = (ctx: RequestContext, namespace: string, name: string) => Promise<KubeObject | undefined>;

export interface ServiceAccountTokenGetter {
  serviceAccount: Getter;
  pod: Getter;
  secret: Getter;
  node: Getter;
}

/** Seconds by which clocks may differ. */
const LEEWAY = 60;

const seconds = (ms: number) => Math.floor(ms / 1000);

export interface ClaimsOptions {
  account: KubeObject;
  bound: { pod?: Ref; secret?: Ref; node?: Ref };
  audiences: string[];
  expirationSeconds: number;
  /** Seconds after which use of the token is noted; 0 for never. */
  warnAfter: number;
  now: number;
}

export function newClaims({ account, bound, audiences, expirationSeconds, warnAfter, now }: ClaimsOptions) {
  const { namespace = '', name = '', uid = '' } = account.metadata;
  const issued = seconds(now);
  const ref = ({ name, uid }: Ref) => ({ name, ...(uid && { uid }) });
  return {
    aud: audiences,
    exp: issued + expirationSeconds,
    iat: issued,
    jti: crypto.randomUUID(),
    'kubernetes.io': {
      namespace,
      ...(bound.node && { node: ref(bound.node) }),
      ...(bound.pod && { pod: ref(bound.pod) }),
      ...(bound.secret && { secret: ref(bound.secret) }),
      serviceaccount: { name, uid },
      ...(warnAfter !== 0 && { warnafter: issued + warnAfter }),
    },
    nbf: issued,
    sub: makeUsername(namespace, name),
  };
}

export function newValidator(getter: ServiceAccountTokenGetter, clock: Clock): Validator {
  return async function validate(ctx, _token, claims) {
    const now = seconds(clock.now());
    checkTimes(claims, now);
    const kubernetes = struct(claims, 'kubernetes.io');
    const namespace = text(kubernetes, 'namespace');
    const account = refOf(kubernetes, 'serviceaccount');
    await checkAccount(ctx, namespace, account);
    const [secret, pod, node] = ['secret', 'pod', 'node'].map((kind) => (kubernetes[kind] ? refOf(kubernetes, kind) : undefined));
    if (secret) await checkBound(ctx, getter.secret, namespace, 'secret', secret);
    if (pod) await checkBound(ctx, getter.pod, namespace, 'pod', pod);
    // of a Pod's token the node is only told
    if (node && !pod) await checkBound(ctx, getter.node, '', 'node', node);
    const warnAfter = int(kubernetes, 'warnafter') ?? 0;
    if (warnAfter !== 0 && now > warnAfter) {
      addAuditAnnotation(ctx, 'authentication.k8s.io/stale-token', `subject: ${text(claims, 'sub')}, seconds after warning threshold: ${now - warnAfter}`);
    }
    return userInfoOf({ namespace, ...account, ...(pod && { pod }), ...(node && { node }), credentialID: credentialIDForJTI(text(claims, 'jti')) });
  };

  async function checkAccount(ctx: RequestContext, namespace: string, { name, uid }: Ref): Promise<void> {
    const account = await getter.serviceAccount(ctx, namespace, name);
    if (!account) throw newNotFound({ group: '', resource: 'serviceaccounts' }, name);
    if (account.metadata.uid !== uid) throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${uid})`);
    if (isDeleted(account)) throw new Error(`service account ${namespace}/${name} has been deleted`);
  }

  async function checkBound(ctx: RequestContext, get: Getter, namespace: string, kind: string, { name, uid }: Ref): Promise<void> {
    const object = await get(ctx, namespace, name).catch(() => undefined);
    if (!object) throw new Error('service account token has been invalidated');
    if (object.metadata.uid !== uid) throw new Error(`${kind} UID (${object.metadata.uid}) does not match service account ${kind} ref claim (${uid})`);
    if (isDeleted(object)) throw new Error('service account token has been invalidated');
  }

  function isDeleted({ metadata: { deletionTimestamp } }: KubeObject): boolean {
    return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < clock.now() - LEEWAY * 1000;
  }
}

function checkTimes(claims: Fields, now: number): void {
  const { nbf, exp, iat } = claims;
  if (typeof nbf === 'number' && now + LEEWAY < nbf) throw new Error('service account token is not valid yet');
  if (typeof exp === 'number' && now - LEEWAY > exp) throw new Error('service account token has expired');
  if (typeof iat === 'number' && now + LEEWAY < iat) throw new Error('service account token is issued in the future');
}

function refOf(kubernetes: Fields, kind: string): Ref {
  const ref = struct(kubernetes, kind);
  return { name: text(ref, 'name'), uid: text(ref, 'uid') };
}
