import { beforeEach, expect, test } from 'vitest';
import { newAuthenticator } from '../../authentication/authenticator.ts';
import type { RequestContext } from '../../http/context.ts';
import { newServiceAccounts } from '../../stages/service-accounts.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { TestRegistry } from '../registry.test-util.ts';
import { WRITE, allow, newTestRegistry, pod, requestFor } from '../registry.test-util.ts';

const ISSUER = 'https://here';
const NOW = Date.UTC(2026, 0, 1);
const clock = { now: () => NOW };

let registry: TestRegistry;
let accounts: ReturnType<typeof newServiceAccounts>;
let uid: string | undefined;

function start(maxTokenExpirationSeconds = 0): void {
  accounts = newServiceAccounts({ issuers: [ISSUER], apiAudiences: [], publicKeys: [], signingKey, maxTokenExpirationSeconds }, clock, () => registry.provider);
  registry = newTestRegistry({ tokenIssuer: accounts.issuer, clock });
}

const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
const signingKey = await crypto.subtle.exportKey('jwk', privateKey);

beforeEach(async () => {
  start();
  const made = await registry.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa', namespace: 'ns' } });
  uid = made.metadata.uid;
});

interface Answer extends KubeObject {
  spec: { expirationSeconds: number; audiences: string[] };
  status: { token: string; expirationTimestamp: string };
}

async function request(spec: object = {}, metadata: object = {}, name = 'sa', ctx = requestFor({ namespace: 'ns', resource: 'serviceaccounts', subresource: 'token', name })): Promise<Answer> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec };
  return (await registry.rest('v1', 'serviceaccounts', 'token').create(ctx, body, allow, WRITE)) as Answer;
}

const claimsOf = ({ status }: Answer) => JSON.parse(atob(status.token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')));
const boundTo = (kind: string, name: string, more: object = {}) => ({ boundObjectRef: { apiVersion: 'v1', kind, name, ...more } });
const podOf = (name: string, spec: object = {}) => registry.create('pods', pod(name, { serviceAccountName: 'sa', ...spec }));

test('answers the request with all that it left open, and a token', async () => {
  const answer = await request();
  expect(answer).toMatchObject({
    metadata: { name: 'sa', namespace: 'ns', uid, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { audiences: [ISSUER], expirationSeconds: 3600, boundObjectRef: null },
    status: { expirationTimestamp: '2026-01-01T01:00:00Z' },
  });
  const iat = NOW / 1000;
  expect(claimsOf(answer)).toEqual({ aud: [ISSUER], exp: iat + 3600, iat, iss: ISSUER, jti: expect.any(String), nbf: iat, sub: 'system:serviceaccount:ns:sa', 'kubernetes.io': { namespace: 'ns', serviceaccount: { name: 'sa', uid } } });
});

test('the token is known to be the account\'s until what it is bound to is gone', async () => {
  await podOf('p');
  const { status } = await request(boundTo('Pod', 'p'));
  const asBearer = () => newAuthenticator({ tokens: [], anonymousAuth: true, serviceAccounts: accounts.authentication }).authenticateRequest({ ctx: requestFor({ namespace: 'other' }), url: '', headers: { authorization: `Bearer ${status.token}` } });
  expect(await asBearer()).toMatchObject({ user: { name: 'system:serviceaccount:ns:sa', uid, groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'], extra: { 'authentication.kubernetes.io/pod-name': ['p'] } }, audiences: [ISSUER] });
  await registry.rest('v1', 'pods').delete(requestFor({ namespace: 'ns', name: 'p' }), 'p', allow, { dryRun: false, gracePeriodSeconds: 0 });
  await expect(asBearer()).rejects.toThrow('service account token has been invalidated');
});

test('binds to a Pod with its node, to a Secret, to a node', async () => {
  const node = await registry.create('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  const secret = await registry.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'ns' } });
  const [here, nowhere] = [await podOf('here', { nodeName: 'n1' }), await podOf('nowhere', { nodeName: 'n2' })];
  const bound = async (kind: string, name: string) => claimsOf(await request(boundTo(kind, name)))['kubernetes.io'];
  const ref = ({ metadata }: KubeObject) => ({ name: metadata.name, uid: metadata.uid });
  expect(await bound('Pod', 'here')).toMatchObject({ pod: ref(here), node: ref(node) });
  expect(await bound('Pod', 'nowhere')).toEqual({ namespace: 'ns', serviceaccount: { name: 'sa', uid }, pod: ref(nowhere), node: { name: 'n2' } });
  expect(await bound('Secret', 's')).toMatchObject({ secret: ref(secret) });
  expect(await bound('Node', 'n1')).toMatchObject({ node: ref(node) });
});

test('lets the token of a Pod\'s own volume live for a year, and marks when it should be renewed', async () => {
  await podOf('p');
  const answer = await request({ ...boundTo('Pod', 'p'), expirationSeconds: 3607 });
  expect(answer.status.expirationTimestamp).toBe('2026-01-01T01:00:07Z');
  expect(claimsOf(answer)).toMatchObject({ exp: NOW / 1000 + 365 * 24 * 3600, 'kubernetes.io': { warnafter: NOW / 1000 + 3607 } });
  const other = await request({ ...boundTo('Pod', 'p'), expirationSeconds: 3607, audiences: ['vault'] });
  expect(claimsOf(other)).toMatchObject({ aud: ['vault'], exp: NOW / 1000 + 3607 });
});

test('shortens what is asked for to the longest time that the server allows, and says so', async () => {
  start(7200);
  await registry.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa', namespace: 'ns' } });
  const ctx: RequestContext = requestFor({ namespace: 'ns', name: 'sa' });
  expect(await request({ expirationSeconds: 10_000 }, {}, 'sa', ctx)).toMatchObject({ spec: { expirationSeconds: 7200 }, status: { expirationTimestamp: '2026-01-01T02:00:00Z' } });
  expect([...ctx.warnings]).toEqual(['requested expiration of 10000 seconds shortened to 7200 seconds']);
});

test.each<[string, object, object, string, number, string]>([
  ['an account that is not there', {}, {}, 'none', 404, 'serviceaccounts "none" not found'],
  ['another name than the path\'s', {}, { name: 'x' }, 'sa', 422, 'TokenRequest.authentication.k8s.io "sa" is invalid: metadata.name: Invalid value: "x": must match the service account name if specified'],
  ['another uid', {}, { uid: 'x' }, 'sa', 409, 'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "sa": the UID in the token request (x) does not match the UID of the service account ('],
  ['too short a time', { expirationSeconds: 599 }, {}, 'sa', 422, 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'],
  ['too long a time', { expirationSeconds: 2 ** 32 + 1 }, {}, 'sa', 422, 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds'],
  ['what tokens are not bound to', boundTo('ConfigMap', 'x'), {}, 'sa', 400, 'cannot bind token to object of type /v1, Kind=ConfigMap'],
  ['what only JavaScript knows', boundTo('constructor', 'x'), {}, 'sa', 400, 'cannot bind token to object of type /v1, Kind=constructor'],
  ['no name of a Pod', boundTo('Pod', ''), {}, 'sa', 400, 'Name parameter required.'],
  ['a Pod that is not there', boundTo('Pod', 'x'), {}, 'sa', 404, 'pods "x" not found'],
  ['another account\'s Pod', boundTo('Pod', 'others'), {}, 'sa', 400, 'cannot bind token for serviceaccount "sa" to pod running with different serviceaccount name.'],
  ['a Pod that was made anew', boundTo('Pod', 'p', { uid: 'x' }), {}, 'sa', 409, 'Operation cannot be fulfilled on Pod "p": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated'],
])('refuses %s', async (_what, spec, metadata, name, code, message) => {
  await podOf('p');
  await podOf('others', { serviceAccountName: 'other' });
  await expect(request(spec, metadata, name)).rejects.toMatchObject({ status: { code, message: expect.stringContaining(message) } });
});
