/**
 * What it costs to know who sends a request and whether they may: the two filters, warm, for a user whom the last of
 * many bindings allows it, by a group. Beside it the same filters with an authenticator and an authorizer that answer at
 * once: the limit.
 */
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Request, Response } from 'express';
import { newAuthenticator } from '../server/authentication/authenticator.ts';
import type { ServiceAccountAuthentication } from '../server/authentication/authenticator.ts';
import type { Authenticator } from '../server/authentication/interfaces.ts';
import { generateToken } from '../server/authentication/service-account/jwt.ts';
import { newServiceAccountKeys } from '../server/authentication/service-account/keys.ts';
import { newClaims } from '../server/authentication/service-account/validator.ts';
import type { Authorizer } from '../server/authorization/interfaces.ts';
import { RBACIndex } from '../server/authorization/rbac-source.ts';
import type { KubeObject } from '../server/apimachinery/types.ts';
import { withAuthentication } from '../server/filters/with-authentication.ts';
import { withAuthorization } from '../server/filters/with-authorization.ts';
import { Cancellation } from '../server/http/cancellation.ts';
import { RequestContext } from '../server/http/context.ts';
import { newRequestInfoResolver } from '../server/http/request-info.ts';
import { newAuthorizers } from '../server/stages/authorizers.ts';
import type { Measurement, Row } from './load.ts';

const group = 'rbac.authorization.k8s.io';
const namespaces = ['one', 'two', 'three', 'four', 'five'];
const bindingsOfAKind = 100;
const measured = 100_000;
const rounds = 5;
/** Microseconds of processor time that a warm request with a token may take. */
const bar = 15;

const clock = { now: () => Date.now() };
const log = { info: () => undefined, error: () => undefined };
const tracer = trace.getTracer('bench');
const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'five', name: 'robot', uid: 'robot-uid' } };

export async function access(): Promise<Row[]> {
  const keys = newServiceAccountKeys({ publicKeys: [] });
  const nobody = () => Promise.resolve(undefined);
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const jwt = await generateToken(await keys.signer(), { iss: issuer, ...newClaims({ account, bound: {}, audiences: [issuer], expirationSeconds: 1e9, warnAfter: 0, now: clock.now() }) });
  const newTokens = (at: typeof clock): ServiceAccountAuthentication => ({
    issuers: [issuer], apiAudiences: [issuer], keys, clock: at, getter: { serviceAccount: () => Promise.resolve(account), pod: nobody, secret: nobody, node: nobody },
  });
  const newKnown = (at = clock) => newAuthenticator({ anonymousAuth: true, tokens: [{ token: 'secret', user: { name: 'alice', uid: '1', groups: ['dev', 'ops'] } }], serviceAccounts: newTokens(at) });
  const last = newAuthorizers(['Node', 'RBAC'], bindings(false)).authorizer;
  const all = newAuthorizers(['Node', 'RBAC'], bindings(true)).authorizer;
  const response = { user: { name: 'alice', groups: ['dev', 'ops', 'system:authenticated'] } };
  const limit = await cost({ authenticateRequest: () => response }, { authorize: () => ({ decision: 'allow', reason: '' }) }, 'secret');
  // at each look so much later that nothing is remembered any more
  let later = 0;
  const forgetful = { now: () => clock.now() + (later += 11_000) };
  const bound = 2 * bindingsOfAKind;
  return [
    { what: `who, and may they: a token, ${bound} bindings`, ours: await cost(newKnown(), last, 'secret'), limit, bar },
    { what: 'the same where all of them name the user', ours: await cost(newKnown(), all, 'secret'), limit, bar },
    { what: `a service account, ${bound} bindings`, ours: await cost(newKnown(), last, jwt), limit, bar },
    { what: 'the same where its signature is checked', ours: await cost(newKnown(forgetful), last, jwt, measured / 50), limit },
  ];
}

/** What allows comes last, in the namespace that is asked for; either no other binding names the users, or all do. */
function bindings(all: boolean): RBACIndex {
  const index = new RBACIndex();
  const apiVersion = `${group}/v1`;
  const rule = { apiGroups: ['apps'], resources: ['deployments', 'deployments/status'], verbs: ['get', 'list', 'watch'] };
  const named = (n: number) => String(n).padStart(3, '0');
  for (let n = 0; n < bindingsOfAKind; n++) {
    const last = n === bindingsOfAKind - 1;
    const name = named(n);
    const rules = last ? [rule, { apiGroups: [''], resources: ['pods'], verbs: ['get'] }] : [rule];
    index.upsert({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules });
    const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
    const reader = { apiGroup: group, kind: 'ClusterRole', name: named(0) };
    const subjects = [{ apiGroup: group, kind: 'User', name: `user-${name}` }, { apiGroup: group, kind: 'Group', name: `group-${name}` }];
    const users = [...subjects, { apiGroup: group, kind: 'Group', name: 'ops' }, { kind: 'ServiceAccount', namespace: 'five', name: 'robot' }];
    index.upsert({ apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: reader, subjects: all || last ? users : subjects });
    index.upsert({ apiVersion, kind: 'RoleBinding', metadata: { name, namespace: namespaces[n % namespaces.length]! }, roleRef, subjects: all || last ? users : subjects });
  }
  return index;
}

async function cost(authenticator: Authenticator, authorizer: Authorizer, token: string, amount = measured): Promise<Measurement> {
  const requestInfo = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] }).resolve('GET', '/api/v1/namespaces/five/pods/web');
  const filters = [withAuthentication(authenticator, log, clock, undefined), withAuthorization(authorizer, log, clock)] as const;
  const span = tracer.startSpan('request', {}, ROOT_CONTEXT);
  const res = { setHeader: () => undefined } as unknown as Response;
  const headers = { host: 'a', 'user-agent': 'bench', accept: 'application/json' };
  let passed = 0;
  async function one(): Promise<void> {
    const ctx = Object.assign(new RequestContext(new Cancellation(), tracer, span), { requestInfo });
    // as much of a request as the two look at
    const req = { ctx, url: '', headers: { ...headers, authorization: `Bearer ${token}` }, rawHeaders: ['Host', 'a', 'Authorization', `Bearer ${token}`, 'Accept', 'application/json'] } as unknown as Request;
    let authorized: Promise<void> | undefined;
    await filters[0](req, res, () => void (authorized = Promise.resolve(filters[1](req, res, () => void passed++))));
    await authorized;
  }
  let least: Measurement = { perSecond: 0, cpuMicros: Infinity };
  for (let round = 0; round <= rounds; round++) {
    const [before, start] = [process.cpuUsage(), performance.now()];
    for (let n = 0; n < amount; n++) await one();
    const { user, system } = process.cpuUsage(before);
    const cpuMicros = (user + system) / amount;
    // the first is for the hot code to be compiled
    if (round > 0 && cpuMicros < least.cpuMicros) least = { perSecond: (amount / (performance.now() - start)) * 1000, cpuMicros };
  }
  if (passed !== (rounds + 1) * amount) throw new Error(`${passed} of ${(rounds + 1) * amount} requests came through`);
  return least;
}
