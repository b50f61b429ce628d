import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../http/context.ts';
import { parseCertsPEM } from '../x509/cert-pool.ts';
import { newCompiler } from './compiler.ts';
import { newJWTAuthenticators } from './jwt-authenticators.ts';
import type { CompiledAuthenticator } from './jwt-authenticators.ts';
import { ALL_SIGNING_ALGORITHMS } from './oidc.ts';
import type { HTTPAnswer } from './provider.ts';
import { newJWTAuthenticator } from './testing.ts';
import type { PartialJWTAuthenticator } from './testing.ts';
import { validateAuthenticationConfiguration } from './validation.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const seconds = (ms: number) => Math.floor(ms / 1000);
const compiler = newCompiler();
const newKey = async (kid: string, alg = 'ES256') => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const { d: _d, ...jwk } = await exportJWK(privateKey);
  return { privateKey, alg, kid, jwk: { ...jwk, kid } };
};
type Key = Awaited<ReturnType<typeof newKey>>;
const [first, second, foreign] = await Promise.all([newKey('first'), newKey('second', 'PS256'), newKey('first')]);

function sign({ privateKey, alg, kid }: Key, claims: object): Promise<string> {
  return new SignJWT({ iss: 'https://issuer', aud: 'client', sub: 'jane', exp: seconds(NOW) + 60, ...claims }).setProtectedHeader({ alg, kid }).sign(privateKey);
}

const json = (value: unknown, status = 200, cacheControl = ''): HTTPAnswer => ({ status, statusText: status === 200 ? 'OK' : 'Not Found', contentType: 'application/json', cacheControl, body: JSON.stringify(value) });

/** What answers at each URL; the issuer's own documents unless said otherwise. */
function setUp(authenticators: PartialJWTAuthenticator[], sites: Record<string, (headers: Record<string, string>) => HTTPAnswer> = {}, signingAlgorithms = ALL_SIGNING_ALGORITHMS) {
  const lifecycle = new AbortController();
  const asked: string[] = [];
  const logged: string[] = [];
  const now = { ms: NOW };
  const all: typeof sites = {
    'https://issuer/.well-known/openid-configuration': () => json({ issuer: 'https://issuer', jwks_uri: 'https://issuer/keys' }),
    'https://issuer/keys': () => json({ keys: [first.jwk] }),
    ...sites,
  };
  const compiled = (configured: PartialJWTAuthenticator[]): CompiledAuthenticator[] => {
    const jwt = configured.map(newJWTAuthenticator);
    const { mappers, errors } = validateAuthenticationConfiguration({ jwt }, { compiler, disallowedIssuers: [], parseCertificates: parseCertsPEM });
    expect(errors).toEqual([]);
    return jwt.map((jwtAuthenticator, i) => ({ jwtAuthenticator, mapper: mappers[i]! }));
  };
  const tokens = newJWTAuthenticators(compiled(authenticators), {
    apiAudiences: ['api'],
    signingAlgorithms,
    clock: { now: () => now.ms },
    log: { info: () => undefined, error: (err, message) => logged.push(`${message}: ${err instanceof Error ? err.message : String(err)}`) },
    lifecycle: lifecycle.signal,
    newHTTPGet: () => async (url, headers = {}) => {
      asked.push(url);
      const site = all[url];
      if (!site) throw new Error(`Get "${url}": dial tcp: connection refused`);
      return Promise.resolve(site(headers));
    },
  });
  const ask = async (token: string, audiences?: string[]) => tokens.authenticateToken({} as RequestContext, token, audiences);
  return { ask, asked, logged, now, end: () => lifecycle.abort(), update: (...next: PartialJWTAuthenticator[]) => tokens.update(compiled(next)) };
}

/** Asks once the issuer has answered. */
async function userOf(authenticator: PartialJWTAuthenticator, claims: object, sites?: Parameters<typeof setUp>[1]) {
  const { ask, end } = setUp([authenticator], sites);
  const token = await sign(first, claims);
  await expect.poll(() => ask('a.eyJpc3MiOiJodHRwczovL2lzc3VlciJ9.b').catch(String)).not.toContain('not initialized');
  return ask(token).finally(end);
}

const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));

describe('users', () => {
  const groups = { claim: 'groups', prefix: 'g:' };
  test.each<[string, PartialJWTAuthenticator, object, object]>([
    ['a claim', {}, {}, { name: 'jane', groups: [] }],
    ['a claim with a prefix, and groups', { claimMappings: { username: { claim: 'sub', prefix: 'u:' }, groups } }, { groups: ['a', 'b'] }, { name: 'u:jane', groups: ['g:a', 'g:b'] }],
    ['one group that stands alone', { claimMappings: { groups } }, { groups: 'a' }, { name: 'jane', groups: ['g:a'] }],
    ['an address, verified', { claimMappings: { username: { claim: 'email', prefix: '' } } }, { email: 'j@x', email_verified: true }, { name: 'j@x', groups: [] }],
    ['an address of which nothing is said', { claimMappings: { username: { claim: 'email', prefix: '' } } }, { email: 'j@x' }, { name: 'j@x', groups: [] }],
    ['a uid, and the id of the token', { claimMappings: { uid: { claim: 'sub' } } }, { jti: 'one' }, { name: 'jane', groups: [], uid: 'jane', extra: { 'authentication.kubernetes.io/credential-id': ['JTI=one'] } }],
    ['expressions', { claimMappings: { username: { expression: 'claims.sub + "!"' }, groups: { expression: 'claims.roles.split(",")' }, uid: { expression: 'claims.?uid.orValue("none")' }, extra: [{ key: 'example.org/a', valueExpression: 'claims.a' }, { key: 'example.org/no', valueExpression: '[]' }] } }, { roles: 'a,b', a: ['x', ''] }, { name: 'jane!', groups: ['a', 'b'], uid: 'none', extra: { 'example.org/a': ['x'] } }],
    ['what is nested, by its name or an escape of it', { claimMappings: { username: { expression: 'claims.foo.example__dot__com + claims.foo["example.com"] + claims.foo.__in__' } } }, { foo: { 'example.com': 'x', in: 'y' } }, { name: 'xxy', groups: [] }],
    ['numbers, which are doubles', { claimMappings: { username: { expression: 'string(claims.n)' } } }, { n: 5 }, { name: '5', groups: [] }],
    ['rules that hold', { claimValidationRules: [{ claim: 'hd', requiredValue: 'x' }, { expression: 'sets.equivalent(claims.aud, ["client", "b"])' }], userValidationRules: [{ expression: 'user.groups.all(group, group.startsWith("system:") == false) && user.extra["authentication.kubernetes.io/credential-id"][0] == "JTI=1" && user.extra.authentication__dot__kubernetes__dot__io__slash__credential__dash__id.size() == 1' }] }, { hd: 'x', aud: ['b', 'client'], jti: '1' }, { name: 'jane', groups: [], extra: { 'authentication.kubernetes.io/credential-id': ['JTI=1'] } }],
  ])('by %s', async (_what, authenticator, claims, user) => {
    expect(await userOf(authenticator, claims)).toEqual({ user, audiences: ['api'] });
  });

  test.each<[PartialJWTAuthenticator, object, string]>([
    [{ claimMappings: { username: { claim: 'name', prefix: '' } } }, {}, 'oidc: parse username claims "name": claim not present'],
    [{}, { sub: 1 }, 'oidc: parse username claims "sub": json: cannot unmarshal number into Go value of type string'],
    [{ claimMappings: { username: { claim: 'email', prefix: '' } } }, { email: 'j@x', email_verified: false }, 'oidc: email not verified'],
    [{ claimMappings: { username: { claim: 'email', prefix: '' } } }, { email: 'j@x', email_verified: 'true' }, "oidc: parse 'email_verified' claim: json: cannot unmarshal string into Go value of type bool"],
    [{ claimMappings: { groups: { claim: 'groups', prefix: '' } } }, { groups: 42 }, 'oidc: parse groups claim "groups": json: cannot unmarshal number into Go value of type string'],
    [{ claimMappings: { uid: { claim: 'uid' } } }, {}, 'oidc: parse uid claim "uid": claim not present'],
    [{ claimMappings: { username: { expression: 'claims.none' } } }, {}, "oidc: error evaluating username claim expression: expression 'claims.none' resulted in error: no such key: none"],
    [{ claimMappings: { username: { expression: 'claims.exp' } } }, {}, 'oidc: error evaluating username claim expression: username claim expression must return a string'],
    [{ claimMappings: { username: { expression: '""' } } }, {}, 'oidc: empty username via CEL expression is not allowed'],
    [{ claimMappings: { groups: { expression: 'claims.exp' } } }, {}, 'oidc: error evaluating group claim expression: expression must return a string or a list of strings'],
    [{ claimMappings: { extra: [{ key: 'example.org/a', valueExpression: 'true' }] } }, {}, 'oidc: error evaluating extra claim expression: true: expression must return a string or a list of strings'],
    [{ claimValidationRules: [{ claim: 'hd', requiredValue: 'x' }] }, {}, 'oidc: required claim hd not present in ID token'],
    [{ claimValidationRules: [{ claim: 'hd', requiredValue: 'x' }] }, { hd: 'y' }, 'oidc: required claim hd value does not match. Got = y, want = x'],
    [{ claimValidationRules: [{ expression: 'claims.hd == "x"', message: 'wrong' }] }, { hd: 'y' }, `oidc: error evaluating claim validation expression: validation expression 'claims.hd == "x"' failed: wrong`],
    [{ claimValidationRules: [{ expression: 'claims.hd == "x"' }] }, {}, `oidc: error evaluating claim validation expression: expression 'claims.hd == "x"' resulted in error: no such key: hd`],
    [{ userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: 'reserved' }] }, { sub: 'system:admin' }, "oidc: error evaluating user info validation rule: validation expression '!user.username.startsWith('system:')' failed: reserved"],
  ])('%j with %j: nobody', async (authenticator, claims, error) => {
    await expect(userOf(authenticator, claims)).rejects.toThrow(error);
  });
});

describe('tokens', () => {
  test.each([
    ['expired', first, { exp: seconds(NOW) - 1 }, 'oidc: verify token: oidc: token is expired (Token Expiry: 2026-01-02 03:04:04 +0000 UTC)'],
    ['that never ends', first, { exp: undefined }, 'oidc: verify token: oidc: token is expired (Token Expiry: 0001-01-01 00:00:00 +0000 UTC)'],
    ['from the future', first, { nbf: seconds(NOW) + 61 }, 'oidc: verify token: oidc: current time 2026-01-02 03:04:05 +0000 UTC before the nbf (not before) time: 2026-01-02 03:05:06 +0000 UTC'],
    ['for others', first, { aud: 'other' }, 'oidc: verify token: oidc: expected audience "client" got ["other"]'],
    ['signed by others', foreign, {}, 'oidc: verify token: failed to verify signature: failed to verify id token signature'],
    ['with a source of claims that is not there', first, { _claim_names: { groups: 'src' } }, 'oidc: verify token: oidc: source does not exist'],
  ])('%s are refused', async (_what, key, claims, error) => {
    const { ask, end } = setUp([{}]);
    const token = await sign(key, claims);
    await expect.poll(() => ask(token).catch(messageOf)).not.toContain('not initialized');
    await expect(ask(token)).rejects.toThrow(error);
    end();
  });

  test.each(['', 'x', 'a.b.c', 'a.b', '{"payload": "x"}', `${btoa('{}')}.${btoa('{"iss": 1}')}.x`])('%j is somebody else\'s business', async (token) => {
    const { ask, end } = setUp([{}]);
    expect(await ask(token)).toBeUndefined();
    end();
  });

  test('neither a key of a symmetric algorithm nor none makes a signature', async () => {
    const { ask, end } = setUp([{}], { 'https://issuer/keys': () => json({ keys: [{ kty: 'oct', k: btoa('secret'), kid: 'first' }, first.jwk] }) }, ['ES256', 'HS256']);
    const payload = (await sign(first, {})).split('.')[1];
    const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
    await expect.poll(() => ask('a.eyJpc3MiOiJodHRwczovL2lzc3VlciJ9.b').catch(String)).not.toContain('not initialized');
    await expect(ask(`${part({ alg: 'none' })}.${payload}.`)).rejects.toThrow('oidc: id token signed with unsupported algorithm, expected ["ES256" "HS256"] got "none"');
    await expect(ask(`${part({ alg: 'ES256', kid: 'first' })}.${payload}.AAAA`)).rejects.toThrow('failed to verify id token signature');
    end();
  });

  test('several audiences are told together', async () => {
    const authenticator = { issuer: { audiences: ['one', 'client'], audienceMatchPolicy: 'MatchAny' } };
    expect(await userOf(authenticator, {})).toMatchObject({ user: { name: 'jane' } });
    await expect(userOf(authenticator, { aud: ['other'] })).rejects.toThrow('oidc: verify token: oidc: expected audience in ["client" "one"] got ["other"]');
  });

  test('are for the API server, and for nobody else who asks', async () => {
    const { ask, end } = setUp([{}]);
    const token = await sign(first, {});
    await expect.poll(() => ask(token).catch(String)).toMatchObject({ audiences: ['api'] });
    expect(await ask(token, ['other'])).toBeUndefined();
    end();
  });

  test('of a second issuer are believed beside those of the first', async () => {
    const { ask, end } = setUp([{}, { issuer: { url: 'https://b/', discoveryURL: 'https://elsewhere/config' }, claimMappings: { username: { claim: 'sub', prefix: 'b:' } } }], {
      'https://elsewhere/config': () => json({ issuer: 'https://b/', jwks_uri: 'https://elsewhere/keys' }),
      'https://elsewhere/keys': () => json({ keys: [second.jwk] }),
    });
    await expect.poll(async () => ask(await sign(second, { iss: 'https://b/' })).catch(String)).toMatchObject({ user: { name: 'b:jane' } });
    expect(await ask(await sign(first, {}))).toMatchObject({ user: { name: 'jane' } });
    await expect(ask(await sign(second, {}))).rejects.toThrow('failed to verify id token signature');
    end();
  });
});

describe('the issuer', () => {
  test.each<[string, Record<string, () => HTTPAnswer>, string]>([
    ['is not found', { 'https://issuer/.well-known/openid-configuration': () => json('gone', 404) }, '404 Not Found: "gone"'],
    ['is another', { 'https://issuer/.well-known/openid-configuration': () => json({ issuer: 'https://x' }) }, 'oidc: issuer did not match the issuer returned by provider, expected "https://issuer" got "https://x"'],
    ['has no keys', { 'https://issuer/.well-known/openid-configuration': () => json({ issuer: 'https://issuer' }) }, 'provider did not return JWKS URL'],
    ['answers garbage', { 'https://issuer/.well-known/openid-configuration': () => ({ ...json(''), contentType: 'text/html', body: '<html>' }) }, 'oidc: failed to decode provider discovery object: expected Content-Type = application/json, got "text/html": '],
  ])('%s: its tokens are not believed yet', async (_what, sites, why) => {
    const { ask, logged, end } = setUp([{}], sites);
    const token = await sign(first, {});
    await expect.poll(() => logged.join()).toContain(`oidc authenticator: initializing plugin: ${why}`);
    await expect(ask(token)).rejects.toThrow('oidc: authenticator not initialized');
    end();
  });

  test('is asked for its keys once, and again for a key that is not among them', async () => {
    let keys = [first.jwk];
    const { ask, asked, end } = setUp([{}], { 'https://issuer/keys': () => json({ keys }) });
    const [old, fresh] = await Promise.all([sign(first, {}), sign(second, {})]);
    await expect.poll(() => ask(old).catch(String)).toMatchObject({ user: { name: 'jane' } });
    await Promise.all([ask(old), ask(old)]);
    expect(asked.filter((url) => url.endsWith('/keys'))).toHaveLength(1);
    keys = [second.jwk];
    await Promise.all([ask(fresh), ask(fresh)]);
    expect(asked.filter((url) => url.endsWith('/keys'))).toHaveLength(2);
    await expect(ask(old)).rejects.toThrow('failed to verify id token signature');
    end();
  });

  test('is not asked again while its keys are to be kept', async () => {
    const { ask, asked, now, end } = setUp([{}], { 'https://issuer/keys': () => json({ keys: [first.jwk] }, 200, 'public, max-age=100') });
    const [good, other] = await Promise.all([sign(first, {}), sign(second, { exp: seconds(NOW) + 1000 })]);
    await expect.poll(() => ask(good).catch(String)).toMatchObject({ user: { name: 'jane' } });
    const fetches = () => asked.filter((url) => url.endsWith('/keys')).length;
    await expect(ask(other)).rejects.toThrow('failed to verify id token signature');
    expect(fetches()).toBe(1);
    now.ms += 71_000;
    await expect(ask(other)).rejects.toThrow('failed to verify id token signature');
    expect(fetches()).toBe(2);
    end();
  });

  test('whose keys cannot be had says why', async () => {
    await expect(userOf({}, {}, { 'https://issuer/keys': () => json('down', 404) })).rejects.toThrow('oidc: verify token: failed to verify signature: fetching keys oidc: get keys failed: 404 Not Found "down"');
  });
});

describe('groups that are elsewhere', () => {
  const authenticator = { claimMappings: { groups: { claim: 'groups', prefix: '' } } };
  const claims = { _claim_names: { groups: 'src' }, _claim_sources: { src: { endpoint: 'https://groups', access_token: 'secret' } } };
  const answers = async (key: Key, more: object) => {
    const body = await sign(key, more);
    return (headers: Record<string, string>) => (headers.authorization === 'Bearer secret' ? { ...json(''), body } : json('', 404));
  };

  test('are fetched, from the same issuer', async () => {
    const { ask, end } = setUp([authenticator], { 'https://groups': await answers(first, { groups: ['far'] }) });
    const token = await sign(first, claims);
    await expect.poll(() => ask(token).catch(String)).toMatchObject({ user: { groups: ['far'] } });
    end();
  });

  test.each<[string, Key, object, object, string]>([
    ['that are not there', first, {}, claims, 'jwt returned by distributed claim endpoint "https://groups" did not contain claim: groups'],
    ['for somebody else', first, { aud: 'other' }, claims, 'verify distributed claim token: oidc: expected audience "client" got ["other"]'],
    ['signed by somebody else', foreign, { groups: ['a'] }, claims, 'verify distributed claim token: failed to verify signature: failed to verify id token signature'],
    ['of an issuer that does not answer', first, { iss: 'https://unknown' }, claims, 'verifying untrusted issuer https://unknown failed: verifier not initialized for issuer: "https://unknown"'],
    ['at a place that refuses', first, {}, { ...claims, _claim_sources: { src: { endpoint: 'https://groups' } } }, 'while getting distributed claim "groups": error while getting distributed claim JWT: 404 Not Found'],
    ['nowhere', first, {}, { ...claims, _claim_sources: { src: { endpoint: 'https://nowhere' } } }, 'while getting distributed claim "groups": Get "https://nowhere": dial tcp: connection refused'],
  ])('%s let nobody in', async (_what, key, more, claimed, why) => {
    const { ask, end } = setUp([authenticator], { 'https://groups': await answers(key, more) });
    const token = await sign(first, claimed);
    await expect.poll(() => ask(token).catch(messageOf)).toBe(`oidc: could not expand distributed claims: ${why}`);
    end();
  });
});

describe('other issuers', () => {
  test('take over once they answer', async () => {
    const { ask, update, end } = setUp([{}]);
    const token = await sign(first, {});
    await expect.poll(() => ask(token).catch(String)).toMatchObject({ user: { name: 'jane' } });
    await update({ claimMappings: { username: { claim: 'sub', prefix: 'new:' } } });
    expect(await ask(token)).toMatchObject({ user: { name: 'new:jane' } });
    await update();
    expect(await ask(token)).toBeUndefined();
    end();
  });

  test('that do not answer before all is over leave the old ones in place', async () => {
    const { ask, update, end } = setUp([{}]);
    const token = await sign(first, {});
    await expect.poll(() => ask(token).catch(String)).toMatchObject({ user: { name: 'jane' } });
    const refused = update({ issuer: { url: 'https://down' } });
    end();
    await expect(refused).rejects.toThrow('oidc: authenticator for issuer "https://down" is not healthy: ');
    expect(await ask(token)).toMatchObject({ user: { name: 'jane' } });
  });
});
