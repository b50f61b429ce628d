import { expect, test } from 'vitest';
import type { RequestContext } from '../../http/context.ts';
import { encodeBase64URL } from '../../apimachinery/base64.ts';
import { generateToken, newJWTTokenAuthenticator } from './jwt.ts';
import type { Claims } from './jwt.ts';
import { newServiceAccountKeys } from './keys.ts';
import type { ServiceAccountKeys } from './keys.ts';

const ctx = { warnings: new Set() } as unknown as RequestContext;
const user = { name: 'system:serviceaccount:ns:sa', groups: [] };

async function newJWK(namedCurve: string): Promise<JsonWebKey> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
  return crypto.subtle.exportKey('jwk', privateKey);
}

const keysOf = (signingKey: JsonWebKey, publicKeys: JsonWebKey[] = []) => newServiceAccountKeys({ signingKey, publicKeys });
const jwk = await newJWK('P-256');
const keys = keysOf(jwk);
const authenticator = newJWTTokenAuthenticator({ issuers: ['https://here', 'https://before'], keys, implicitAudiences: ['https://here'], validate: async () => user });
const issue = async (claims: Claims, by: ServiceAccountKeys = keys) => generateToken(await by.signer(), claims);
const encoded = (value: unknown) => encodeBase64URL(new TextEncoder().encode(JSON.stringify(value)));

test.each(['P-256', 'P-384', 'P-521'])('believes what a key on curve %s has signed', async (curve) => {
  const own = keysOf(await newJWK(curve));
  const tokens = newJWTTokenAuthenticator({ issuers: ['i'], keys: own, implicitAudiences: ['i'], validate: async () => user });
  expect(await tokens.authenticateToken(ctx, await issue({ iss: 'i' }, own))).toEqual({ user, audiences: ['i'] });
});

test('makes an RSA key where it is given none, and says its claims in order', async () => {
  const own = newServiceAccountKeys({ publicKeys: [] });
  const [{ jwk: published } = { jwk: undefined }] = await own.publicKeys();
  const [header = '', claims = ''] = (await issue({ sub: 's', aud: ['a'], iss: 'i' }, own)).split('.').map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/')));
  expect(JSON.parse(header)).toEqual({ alg: 'RS256', kid: published?.kid });
  expect(claims).toBe('{"aud":["a"],"iss":"i","sub":"s"}');
  expect(published).toEqual({ use: 'sig', kty: 'RSA', kid: expect.stringMatching(/^[\w-]{43}$/), alg: 'RS256', n: expect.any(String), e: 'AQAB' });
});

test.each<[string, Claims, string[] | undefined, string[]]>([
  ['its own audience', { iss: 'https://here', aud: ['https://here'] }, undefined, ['https://here']],
  ['no audience', { iss: 'https://before' }, undefined, ['https://here']],
  ['one audience as a text', { iss: 'https://here', aud: 'vault' }, ['vault'], ['vault']],
  ['several', { iss: 'https://here', aud: ['a', 'b', 'c'] }, ['c', 'd', 'a'], ['c', 'a']],
])('takes a token that names %s', async (_what, claims, requested, audiences) => {
  expect(await authenticator.authenticateToken(ctx, await issue(claims), requested)).toEqual({ user, audiences });
});

test.each<[string, () => Promise<string> | string]>([
  ['no JWT', () => 'secret'],
  ['two parts', () => `${encoded({})}.${encoded({ iss: 'https://here' })}`],
  ['claims that are no object', () => `${encoded({})}.${encoded('x')}.`],
  ['padding', () => `${encoded({})}.${encoded({ iss: 'https://here' })}=.`],
  ['another issuer', () => issue({ iss: 'https://there' })],
])('leaves to others a token with %s', async (_what, token) => {
  expect(await authenticator.authenticateToken(ctx, await token())).toBeUndefined();
});

test.each<[string, () => Promise<string> | string, string]>([
  ['somebody else has signed', async () => issue({ iss: 'https://here' }, keysOf(await newJWK('P-256'))), 'invalid signature, no keys found'],
  ['was changed', async () => (await issue({ iss: 'https://here' })).replace(/\.[\w-]+\./, `.${encoded({ iss: 'https://here', sub: 'x' })}.`), 'go-jose/go-jose: error in cryptographic primitive'],
  ['has no signature', () => `${encoded({ alg: 'none' })}.${encoded({ iss: 'https://here' })}.`, 'go-jose/go-jose: error in cryptographic primitive'],
  ['is for another', () => issue({ iss: 'https://here', aud: ['vault', 'x'] }), 'token audiences ["vault" "x"] is invalid for the target audiences ["https://here"]'],
])('refuses a token that %s', async (_what, token, message) => {
  await expect(authenticator.authenticateToken(ctx, await token())).rejects.toThrow(message);
});

test('believes the keys that it is told of, whoever signs now', async () => {
  const old = await newJWK('P-384');
  const both = keysOf(jwk, [old, jwk]);
  const tokens = newJWTTokenAuthenticator({ issuers: ['i'], keys: both, implicitAudiences: ['i'], validate: async () => user });
  for (const by of [keysOf(old), keysOf(jwk)]) expect(await tokens.authenticateToken(ctx, await issue({ iss: 'i' }, by))).toBeDefined();
  expect((await both.publicKeys()).map(({ jwk: { alg } }) => alg)).toEqual(['ES384', 'ES256']);
});
