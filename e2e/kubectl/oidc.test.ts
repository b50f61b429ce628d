/** Users by tokens of OpenID Connect, from a real provider: by flags, and by a file that changes while the server runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { servingCertificate } from '../../server/node/certificates.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';
import { CLIENT, newSigningKey, newTestIssuer, sign } from './test-issuer.ts';
import type { SigningKey, TestIssuer } from './test-issuer.ts';

const UNAUTHORIZED = /You must be logged in to the server/;
const dir = mkdtempSync(join(tmpdir(), 'oidc-'));
const users = {
  jane: { groups: ['dev', 'ops'], email: 'jane@example.com', email_verified: true, tenant: 'blue' },
  mallory: { groups: ['system:masters'], email: 'mallory@example.com', email_verified: false, tenant: 'blue' },
};
let certificate: { cert: string; key: string; ca: string };
let issuer: TestIssuer;
let first: SigningKey;

beforeAll(async () => {
  certificate = await servingCertificate(join(dir, 'certs'), ['127.0.0.1']);
  first = await newSigningKey('first');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, content: string | object): string {
  writeFileSync(join(dir, name), typeof content === 'string' ? content : stringify(content));
  return join(dir, name);
}

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const good = (claims: object = {}) => ({ iss: issuer.url, aud: CLIENT, sub: 'jane', exp: inAnHour(), ...claims });

function newWhoami(kubectl: ReturnType<typeof newKubectl>) {
  return async (token: string): Promise<unknown> => {
    const answer = await kubectl(`auth whoami -o json --token=${token}`);
    return (JSON.parse(answer) as { status: { userInfo: unknown } }).status.userInfo;
  };
}

describe('a stage with an issuer by flags', () => {
  let stage: StageProcess;
  const kubectl = newKubectl(() => stage);
  const whoami = newWhoami(kubectl);

  beforeAll(async () => {
    issuer = await newTestIssuer(certificate, users);
    stage = await startStage('apiserver', [`--oidc-issuer-url=${issuer.url}`, `--oidc-client-id=${CLIENT}`, `--oidc-ca-file=${file('issuer.crt', certificate.ca)}`, '--oidc-groups-claim=groups', '--oidc-groups-prefix=oidc:', '--oidc-required-claim=tenant=blue']);
  });
  afterAll(async () => {
    await stage.stop();
    await issuer.stop();
  });

  test('believes nobody while the provider is down, and others as ever', async () => {
    const token = await sign(first, good({ tenant: 'blue' }));
    expect(await kubectl.fails(`get pods --token=${token}`)).toMatch(UNAUTHORIZED);
    await expect.poll(() => stage.stderr()).toMatch(/ oidc authenticator: initializing plugin: Get "https:\/\/127\.0\.0\.1:\d+\/\.well-known\/openid-configuration": dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/m);
    await expect.poll(() => stage.stderr()).toMatch(/oidc: authenticator not initialized/);
    expect(await whoami(stage.tokens.alice)).toMatchObject({ username: 'alice' });
  });

  test('knows who has logged in, once the provider is up', async () => {
    await issuer.start(first);
    const token = await issuer.login('jane');
    const jane = { username: `${issuer.url}#jane`, groups: ['oidc:dev', 'oidc:ops', 'system:authenticated'] };
    await expect.poll(() => whoami(token).catch(String), { timeout: 30_000 }).toEqual(jane);
    expect(await kubectl.fails(`get pods --token=${token}`)).toBe(`Error from server (Forbidden): pods is forbidden: User "${issuer.url}#jane" cannot list resource "pods" in API group "" in the namespace "default"\n`);
  });

  test('answers a review of such a token', async () => {
    const token = await issuer.login('jane');
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const answer = JSON.parse(await kubectl('create -o json -f -', review)) as { status: unknown };
    expect(answer.status).toEqual({ authenticated: true, user: { username: `${issuer.url}#jane`, groups: ['oidc:dev', 'oidc:ops', 'system:authenticated'] }, audiences: ['https://kubernetes.default.svc.cluster.local'] });
  });

  test('a prefix keeps users out of groups that mean something here', async () => {
    expect(await whoami(await issuer.login('mallory'))).toMatchObject({ groups: ['oidc:system:masters', 'system:authenticated'] });
  });

  const FOREIGN = 'https://example.com';
  test.each([
    ['expired', { exp: 1_000_000_000 }, 'oidc: verify token: oidc: token is expired (Token Expiry: 2001-09-09 01:46:40 +0000 UTC)'],
    ['for somebody else', { aud: ['other'] }, 'oidc: verify token: oidc: expected audience "kubectl" got ["other"]'],
    ['of a foreign issuer', { iss: FOREIGN }, 'invalid bearer token'],
    ['without a claim that it must have', { tenant: undefined }, 'oidc: required claim tenant not present in ID token'],
    ['with another value of it', { tenant: 'red' }, 'oidc: required claim tenant value does not match. Got = red, want = blue'],
    ['of nobody', { sub: undefined }, 'oidc: parse username claims "sub": claim not present'],
  ])('a token %s lets nobody in', async (_what, claims, why) => {
    expect(await kubectl.fails(`get pods --token=${await sign(first, good({ tenant: 'blue', ...claims }))}`)).toMatch(UNAUTHORIZED);
    await expect.poll(() => stage.stderr()).toContain(why);
  });

  test('a token signed by somebody else, or by an algorithm that is not expected, lets nobody in', async () => {
    expect(await kubectl.fails(`get pods --token=${await sign(await newSigningKey('first'), good({ tenant: 'blue' }))}`)).toMatch(UNAUTHORIZED);
    await expect.poll(() => stage.stderr()).toContain('oidc: verify token: failed to verify signature: failed to verify id token signature');
    expect(await kubectl.fails(`get pods --token=${await sign(await newSigningKey('first', 'PS256'), good({ tenant: 'blue' }))}`)).toMatch(UNAUTHORIZED);
    await expect.poll(() => stage.stderr()).toContain('oidc: verify token: oidc: id token signed with unsupported algorithm, expected ["RS256"] got "PS256"');
  });

  test('new keys are believed when the provider has them, and the old ones no more', async () => {
    const second = await newSigningKey('second');
    const before = await sign(first, good({ tenant: 'blue', jti: 'before' }));
    await issuer.start(second);
    expect(await whoami(await issuer.login('jane'))).toMatchObject({ username: `${issuer.url}#jane` });
    expect(await kubectl.fails(`get pods --token=${before}`)).toMatch(UNAUTHORIZED);
  });

  test('no token is in the log', () => {
    expect(stage.stderr()).not.toMatch(/eyJ/);
  });
});

describe('a stage with issuers by a file', () => {
  let stage: StageProcess;
  let other: TestIssuer;
  const kubectl = newKubectl(() => stage);
  const whoami = newWhoami(kubectl);
  const header = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration' };
  const byExpression = () => ({
    issuer: { url: issuer.url, audiences: [CLIENT, 'tools'], audienceMatchPolicy: 'MatchAny', certificateAuthority: certificate.ca },
    claimMappings: {
      username: { expression: '"jwt:" + claims.sub' },
      groups: { expression: 'claims.?groups.orValue([]).map(group, "jwt:" + group)' },
      uid: { expression: 'claims.tenant + "/" + claims.sub' },
      extra: [{ key: 'example.com/tenant', valueExpression: 'claims.tenant' }],
    },
    claimValidationRules: [{ expression: 'claims.?email_verified.orValue(false) == true', message: 'the address must be verified' }],
    userValidationRules: [{ expression: "!user.username.startsWith('system:') && user.groups.all(group, !group.startsWith('system:'))", message: 'names of the system are its own' }],
  });
  const byClaim = () => ({
    issuer: { url: other.url, audiences: [CLIENT], certificateAuthority: certificate.ca },
    claimMappings: { username: { claim: 'email', prefix: '' }, groups: { claim: 'groups', prefix: 'other:' } },
  });
  const write = (...jwt: object[]) => file('authentication.yaml', { ...header, anonymous: { enabled: false }, jwt });

  beforeAll(async () => {
    issuer = await newTestIssuer(certificate, users);
    other = await newTestIssuer(certificate, users);
    await issuer.start(first);
    await other.start(first);
    stage = await startStage('apiserver', [`--authentication-config=${write(byExpression())}`]);
  });
  afterAll(async () => {
    await stage.stop();
    await issuer.stop();
    await other.stop();
  });

  test('maps claims by expressions', async () => {
    const jane = { username: 'jwt:jane', uid: 'blue/jane', groups: ['jwt:dev', 'jwt:ops', 'system:authenticated'], extra: { 'example.com/tenant': ['blue'] } };
    await expect.poll(async () => whoami(await issuer.login('jane')).catch(String), { timeout: 30_000 }).toEqual(jane);
    expect(await whoami(await sign(first, good({ aud: ['x', 'tools'], email_verified: true, tenant: 'red', jti: 'one' })))).toEqual({ username: 'jwt:jane', uid: 'red/jane', groups: ['system:authenticated'], extra: { 'authentication.kubernetes.io/credential-id': ['JTI=one'], 'example.com/tenant': ['red'] } });
  });

  test('a broken rule lets nobody in', async () => {
    expect(await kubectl.fails(`get pods --token=${await issuer.login('mallory')}`)).toMatch(UNAUTHORIZED);
    await expect.poll(() => stage.stderr()).toContain("oidc: error evaluating claim validation expression: validation expression 'claims.?email_verified.orValue(false) == true' failed: the address must be verified");
  });

  test('an issuer that is not in the file is not believed, until it is', async () => {
    expect(await kubectl.fails(`get pods --token=${await other.login('jane')}`)).toMatch(UNAUTHORIZED);
    write(byExpression(), byClaim());
    await expect.poll(async () => whoami(await other.login('jane')).catch(String), { timeout: 30_000 }).toEqual({ username: 'jane@example.com', groups: ['other:dev', 'other:ops', 'system:authenticated'] });
    expect(await whoami(await issuer.login('jane'))).toMatchObject({ username: 'jwt:jane' });
    expect(await kubectl.fails(`get pods --token=${await other.login('mallory')}`)).toMatch(UNAUTHORIZED);
    await expect.poll(() => stage.stderr()).toContain('oidc: email not verified');
  });

  test('a file that cannot be taken over is told, and the old one goes on', async () => {
    file('authentication.yaml', { ...header, jwt: [byClaim()] });
    await expect.poll(() => stage.stderr()).toContain('failed to load authentication config: anonymous: Forbidden: changed from initial configuration file');
    file('authentication.yaml', { ...header, jwts: [] });
    await expect.poll(() => stage.stderr()).toContain('failed to load authentication config: strict decoding error: unknown field "jwts"');
    expect(await whoami(await issuer.login('jane'))).toMatchObject({ username: 'jwt:jane' });
  });

  test('an issuer that is taken out of the file is believed no more', async () => {
    write(byClaim());
    const token = await issuer.login('jane');
    await expect.poll(() => whoami(token).then(() => 'known', () => 'unknown'), { timeout: 30_000 }).toBe('unknown');
    expect(await whoami(await other.login('jane'))).toMatchObject({ username: 'jane@example.com' });
  });
});
