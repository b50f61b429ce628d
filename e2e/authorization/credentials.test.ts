/** Credentials that are none: forged, foreign and expired tokens, and headers that say who one would like to be. */
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';

let cluster: Cluster;
/** The server's own. */
let key: KeyObject;
/** Of a token that it has made. */
let header: Claims;
let claims: Claims;
let good: string;
beforeAll(async () => {
  cluster = await startCluster();
  key = createPrivateKey(readFileSync(join(cluster.stage.dir, 'certs/service-account.key')));
  good = cluster.people['robot']!.token;
  [header, claims] = good.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims) as [Claims, Claims];
}, 120_000);
afterAll(async () => void (await cluster?.stop()));

type Claims = Record<string, unknown>;
type Header = readonly [name: string, value: string];

const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);

function token(changed: Claims = {}, { signer = key, of = {}, hash = 'sha256' }: { signer?: KeyObject; of?: Claims; hash?: string } = {}): string {
  const signed = `${encode({ ...header, ...of })}.${encode({ ...claims, ...changed })}`;
  return `${signed}.${sign(hash, Buffer.from(signed), signer === elliptic ? { key: signer, dsaEncoding: 'ieee-p1363' } : signer).toString('base64url')}`;
}

/** As if the public key were a shared secret. */
function byPublicKey(form: 'pkcs1' | 'spki', newline: boolean): string {
  const pem = createPublicKey(key).export({ type: form, format: 'pem' }).toString();
  const signed = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', newline ? pem : pem.trim()).update(signed).digest('base64url')}`;
}

const ask = async (...headers: Header[]) => (await cluster.send({ token: '', headers: [] }, { method: 'GET', target: '/api/v1/namespaces/b/secrets', headers })).status;
const bearing = (value: string): Header => ['Authorization', `Bearer ${value}`];

async function whoAmI(...headers: Header[]): Promise<unknown> {
  const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const answer = await cluster.send({ token: '', headers: [] }, { method: 'POST', target: '/apis/authentication.k8s.io/v1/selfsubjectreviews', headers: [['Content-Type', 'application/json'], ...headers], body });
  const { status } = JSON.parse(answer.body.toString()) as { status: { userInfo?: { username: string } } };
  return status.userInfo?.username ?? answer.status;
}

describe('tokens', () => {
  test('a good one is known, also if the test signs it', async () => {
    expect([await ask(bearing(good)), await ask(bearing(token())), await ask(bearing(token({ jti: randomUUID() })))]).toEqual([200, 200, 200]);
  });

  const boss = 'system:serviceaccount:kube-system:boss';
  test.each<[what: string, () => string]>([
    ['nothing of it changed but the claims', () => `${encode(header)}.${encode({ ...claims, sub: boss })}.${good.split('.')[2]}`],
    ['another key', () => token({}, { signer: foreign })],
    ['another key, that it names', () => token({}, { signer: foreign, of: { kid: 'foreign' } })],
    ['another key, that it brings along', () => token({}, { signer: foreign, of: { jwk: createPublicKey(foreign).export({ format: 'jwk' }) } })],
    ['another key, to be fetched', () => token({}, { signer: foreign, of: { jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/keys' } })],
    ['no key id and another key', () => token({}, { signer: foreign, of: { kid: undefined } })],
    ['a key of another kind', () => token({}, { signer: elliptic, of: { alg: 'ES256' } })],
    ['a key of another kind under the right name', () => token({}, { signer: elliptic })],
    ['no signature', () => `${good.split('.').slice(0, 2).join('.')}.`],
    ['no third part', () => good.split('.').slice(0, 2).join('.')],
    ['a fourth part', () => `${good}.x`],
    ['the algorithm none', () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
    ['the algorithm None, and a signature', () => `${encode({ ...header, alg: 'nOnE' })}.${encode(claims)}.${good.split('.')[2]}`],
    ['no algorithm', () => token({}, { of: { alg: undefined } })],
    ['an algorithm that the signature is not of', () => token({}, { of: { alg: 'RS512' } })],
    ['the public key as a secret', () => byPublicKey('spki', true)],
    ['the public key as a secret, without its last line end', () => byPublicKey('spki', false)],
    ['the public key in its older form as a secret', () => byPublicKey('pkcs1', true)],
    ['an empty secret', () => `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}.${createHmac('sha256', '').update(`${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`).digest('base64url')}`],
    ['another issuer', () => token({ iss: 'https://example.com' })],
    ['an issuer with a slash more', () => token({ iss: `${String(claims['iss'])}/` })],
    ['no issuer', () => token({ iss: undefined })],
    ['several issuers', () => token({ iss: [claims['iss']] })],
    ['another audience', () => token({ aud: ['vault'] })],
    ['an audience in other words', () => token({ aud: [`${String(claims['iss'])}/`] })],
    ['an end in the past', () => token({ exp: now - 120 })],
    ['a beginning in the future', () => token({ nbf: now + 3600 })],
    ['an issue in the future', () => token({ iat: now + 3600 })],
    ['no account', () => token({ 'kubernetes.io': undefined })],
    ['an account that is not there', () => token({ sub: 'system:serviceaccount:a:none', 'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'none', uid: 'x' } } })],
    ['the uid of another account', () => token({ 'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'robot', uid: randomUUID() } } })],
    ['a Pod that is not there', () => token({ 'kubernetes.io': { ...(claims['kubernetes.io'] as Claims), pod: { name: 'none', uid: 'x' } } })],
    ['a Secret that is not there', () => token({ 'kubernetes.io': { ...(claims['kubernetes.io'] as Claims), secret: { name: 'one', uid: 'x' } } })],
    ['claims that are no object', () => `${encode(header)}.${encode([claims])}.${good.split('.')[2]}`],
    ['claims of a Secret that does not hold it', () => token({ iss: 'kubernetes/serviceaccount', 'kubernetes.io/serviceaccount/namespace': 'a', 'kubernetes.io/serviceaccount/secret.name': 'one', 'kubernetes.io/serviceaccount/service-account.name': 'robot', 'kubernetes.io/serviceaccount/service-account.uid': (claims['kubernetes.io'] as { serviceaccount: { uid: string } }).serviceaccount.uid, sub: 'system:serviceaccount:a:robot' })],
    ['a letter less', () => good.slice(0, -1)],
    ['a letter more', () => `${good}A`],
    ['padding', () => `${good}==`],
    ['a static token and more', () => 'token-of-rootx'],
    ['a part of a static token', () => 'token-of-roo'],
    ['a static token in capitals', () => 'TOKEN-OF-ROOT'],
    ['a list of tokens', () => 'token-of-nobody,token-of-root'],
    ['a length that nobody has', () => 'x'.repeat(12_000)],
  ])('are nobody\'s with %s', async (_what, make) => {
    expect(await ask(bearing(make()))).toBe(401);
  });

  test('go with their account, and do not come back with another of its name', async () => {
    const accounts = '/api/v1/namespaces/a/serviceaccounts';
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'gone' } };
    await cluster.ask('POST', accounts, account);
    const { status } = (await cluster.ask('POST', `${accounts}/gone/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} })) as { status: { token: string } };
    await cluster.ask('DELETE', `${accounts}/gone`);
    expect(await ask(bearing(status.token))).toBe(401);
    await cluster.ask('POST', accounts, account);
    expect(await ask(bearing(status.token))).toBe(401);
  });

  test('that are asked for with another audience are good for nothing here, though somebody has reviewed them', async () => {
    const other = (await cluster.ask('POST', '/api/v1/namespaces/a/serviceaccounts/robot/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['vault'] } })) as { status: { token: string } };
    const review = (await cluster.ask('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: other.status.token, audiences: ['vault'] } })) as { status: { authenticated?: boolean } };
    expect(review.status.authenticated).toBe(true);
    expect(await ask(bearing(other.status.token))).toBe(401);
    // nor by what they might be remembered by
    for (const guess of [`["vault"]${other.status.token}`, JSON.stringify([other.status.token, ['vault']])]) expect(await ask(bearing(guess))).toBe(401);
  });
});

const root = bearing('token-of-root');
const nobody = bearing('token-of-nobody');
const actor = bearing('token-of-actor');

describe('headers', () => {
  test.each<[what: string, Header[], who: string | number]>([
    ['an Authorization that is no bearer', [['Authorization', 'Basic cm9vdDp0b2tlbi1vZi1yb290']], 'system:anonymous'],
    ['a bearer in capitals', [['AUTHORIZATION', 'BEARER token-of-nobody']], 'nobody'],
    ['a bearer of nothing', [['Authorization', 'Bearer ']], 'system:anonymous'],
    ['two spaces before the token', [['Authorization', 'Bearer  token-of-root']], 'system:anonymous'],
    ['two of them, the first of which counts', [nobody, root], 'nobody'],
    ['two of them, the first of which is bad', [bearing('bad'), root], 401],
    ['a token for the proxy', [['Proxy-Authorization', 'Bearer token-of-root']], 'system:anonymous'],
    ['a token in a cookie', [['Cookie', 'token=token-of-root; Authorization=Bearer token-of-root']], 'system:anonymous'],
    ['what a front proxy would say', [nobody, ['X-Remote-User', 'root'], ['X-Remote-Group', 'system:masters'], ['X-Remote-Extra-Scopes', 'all'], ['X-Remote-Uid', '1']], 'nobody'],
    ['what a front proxy would say, in other letters', [['x-REMOTE-user', 'root'], ['x_remote_user', 'root']], 'system:anonymous'],
    ['where it comes from', [nobody, ['X-Forwarded-For', '127.0.0.1'], ['X-Forwarded-User', 'root'], ['X-Forwarded-Groups', 'system:masters'], ['X-Forwarded-Client-Cert', 'Subject="/O=system:masters/CN=root"'], ['Forwarded', 'for=127.0.0.1;by=root'], ['X-Real-IP', '127.0.0.1'], ['X-SSL-Client-S-DN', 'O=system:masters,CN=root']], 'nobody'],
    ['another method', [nobody, ['X-HTTP-Method-Override', 'GET'], ['X-HTTP-Method', 'GET'], ['X-Method-Override', 'GET']], 'nobody'],
    ['another address', [nobody, ['X-Original-URL', '/version'], ['X-Rewrite-URL', '/version'], ['X-Forwarded-Uri', '/version'], ['X-Forwarded-Prefix', '/version']], 'nobody'],
    ['a group that is not an impersonated user\'s', [nobody, ['Impersonate-Group', 'system:masters']], 400],
    ['more of nobody in particular', [nobody, ['Impersonate-Extra-Scopes', 'all']], 400],
    ['a uid of nobody in particular', [nobody, ['Impersonate-Uid', '1']], 400],
    ['another user, without a right to', [nobody, ['Impersonate-User', 'viewer']], 403],
    ['oneself, without a right to', [nobody, ['Impersonate-User', 'nobody']], 403],
    ['another user, in other letters', [nobody, ['iMPERSONATE-uSER', 'viewer']], 403],
    ['nobody at all', [nobody, ['Impersonate-User', '']], 'nobody'],
    ['nobody at all, and then the administrator', [actor, ['Impersonate-User', ''], ['Impersonate-User', 'boss']], 'actor'],
    ['another user, with a right to', [actor, ['Impersonate-User', 'viewer']], 'viewer'],
    ['another user twice, of which the first counts', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-User', 'boss']], 'viewer'],
    ['one user too many', [actor, ['Impersonate-User', 'boss'], ['Impersonate-User', 'viewer']], 403],
    ['a user with a comma', [actor, ['Impersonate-User', 'viewer, boss']], 403],
    ['a user in capitals', [actor, ['Impersonate-User', 'Viewer']], 403],
    ['a user and a group, with rights to both', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-Group', 'dev']], 'viewer'],
    ['a user and two groups, one too many', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-Group', 'dev'], ['Impersonate-Group', 'system:masters']], 403],
    ['two groups as one', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-Group', 'dev,system:masters']], 403],
    ['a user and no group', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-Group', '']], 403],
    ['a user and more of him, without a right to', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-Extra-Scopes', 'all']], 403],
    ['a user and his uid, without a right to', [actor, ['Impersonate-User', 'viewer'], ['Impersonate-Uid', '1']], 403],
    ['a service account, without a right to', [actor, ['Impersonate-User', 'system:serviceaccount:a:robot']], 403],
    ['a node, without a right to', [actor, ['Impersonate-User', 'system:node:x']], 403],
    ['the administrator, with all rights', [root, ['Impersonate-User', 'boss']], 'boss'],
    ['whoever is not known', [root, ['Impersonate-User', 'system:anonymous']], 'system:anonymous'],
  ])('make whoever sends %s %s', async (_what, headers, who) => {
    const as = await whoAmI(...headers);
    // who is not known may not ask who they are
    expect(as === 403 && who === 'system:anonymous' ? who : as).toBe(who);
    const rightful = who === 'boss';
    expect(await ask(...headers)).toBe(rightful ? 200 : typeof who === 'number' ? who : 403);
  });
});
