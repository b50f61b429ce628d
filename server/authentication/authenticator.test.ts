import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { newAuthenticatedGroupAdder } from './authenticated-group-adder.ts';
import { newAuthenticator } from './authenticator.ts';
import { newX509Authenticator, newX509Verifier } from './x509/x509.ts';
import { FOR_CLIENTS, newTestAuthority, newTestCertificate } from './x509/testing.ts';
import { newRequestHeaderAuthenticator } from './request-header.ts';
import type { AuthenticationRequest, Authenticator, UserInfo } from './interfaces.ts';
import { makeGroupNames, makeUsername, splitUsername } from './service-account.ts';
import { newFailOnErrorAuthenticator, newUnionAuthenticator } from './union.ts';

const requestWith = (authorization?: string): AuthenticationRequest => ({ ctx: { warnings: new Set() } as unknown as RequestContext, url: '/', headers: { ...(authorization !== undefined && { authorization }) } });
const tokens = [{ token: 'secret', user: { name: 'alice', groups: ['dev'] } }];

test.each([
  ['Bearer secret', 'alice'],
  ['bearer secret', 'alice'],
  ['  Bearer secret  ', 'alice'],
  ['Bearer secret more', 'alice'],
  ['Basic secret', 'system:anonymous'],
  ['Bearer', 'system:anonymous'],
  [undefined, 'system:anonymous'],
])('takes %j for %s', async (header, name) => {
  expect((await newAuthenticator({ tokens, anonymousAuth: true }).authenticateRequest(requestWith(header)))?.user.name).toBe(name);
});

test('does not let a wrong token pass as anonymous', async () => {
  await expect(newAuthenticator({ tokens, anonymousAuth: true }).authenticateRequest(requestWith('Bearer wrong'))).rejects.toThrow('invalid bearer token');
});

test('knows nobody without a token where anonymous is off', async () => {
  expect(await newAuthenticator({ tokens, anonymousAuth: false }).authenticateRequest(requestWith())).toBeUndefined();
});

test('warns of a space too many before the token', async () => {
  const req = requestWith('Bearer  secret');
  expect((await newAuthenticator({ tokens, anonymousAuth: true }).authenticateRequest(req))?.user.name).toBe('system:anonymous');
  expect([...req.ctx.warnings]).toEqual(['the provided Authorization header contains extra space before the bearer token, and is ignored']);
});

const knows = (user: UserInfo): Authenticator => ({ authenticateRequest: () => ({ user }) });
const fails = (message: string): Authenticator => ({ authenticateRequest: () => Promise.reject(new Error(message)) });
const none: Authenticator = { authenticateRequest: () => undefined };
const bob = { name: 'bob', groups: [] };

test('a union goes on after an error, and tells of all where nobody knows the user', async () => {
  expect(await newUnionAuthenticator(fails('a'), none, knows(bob)).authenticateRequest(requestWith())).toEqual({ user: bob });
  await expect(newUnionAuthenticator(fails('a'), fails('b'), fails('a')).authenticateRequest(requestWith())).rejects.toThrow(/^\[a, b\]$/);
});

test('one that fails on error stops at the first', async () => {
  await expect(newFailOnErrorAuthenticator(none, fails('a'), knows(bob)).authenticateRequest(requestWith())).rejects.toThrow(/^a$/);
});

test.each([
  [{ name: 'bob', groups: ['dev'] }, ['dev', 'system:authenticated']],
  [{ name: 'bob', groups: ['system:authenticated'] }, ['system:authenticated']],
  [{ name: 'bob', groups: ['system:unauthenticated'] }, ['system:unauthenticated']],
  [{ name: 'system:anonymous', groups: [] }, []],
])('gives %j the groups %j', async (user, groups) => {
  expect((await newAuthenticatedGroupAdder(knows(user)).authenticateRequest(requestWith()))?.user.groups).toEqual(groups);
});

test('tells service accounts by their user names', () => {
  expect(splitUsername(makeUsername('ns', 'sa'))).toEqual({ namespace: 'ns', name: 'sa' });
  expect(makeGroupNames('ns')).toEqual(['system:serviceaccounts', 'system:serviceaccounts:ns']);
  for (const other of ['alice', 'system:serviceaccount:ns', 'system:serviceaccount:ns:sa:x', 'system:serviceaccount:NS:sa']) expect(splitUsername(other)).toBeUndefined();
});

describe('of all that a client shows', async () => {
  const clock = { now: () => Date.now() };
  const [clients, proxies] = [await newTestAuthority('clients'), await newTestAuthority('proxies')];
  const signed = (issuer: typeof clients, name: string) => newTestCertificate({ subject: [{ CN: [name] }], issuer, extensions: [FOR_CLIENTS] });
  const shown = { client: [(await signed(clients, 'carol')).der], proxy: [(await signed(proxies, 'proxy')).der], foreign: [(await signed(await newTestAuthority('foreign'), 'root')).der] };
  const headers = { usernameHeaders: ['X-User'], uidHeaders: [], groupHeaders: ['X-Group'], extraHeaderPrefixes: [] };
  const external = {
    requestHeader: { authenticator: newX509Verifier({ roots: () => [proxies.cert], clock }, newRequestHeaderAuthenticator(headers), []), headers },
    clientCertificate: () => newX509Authenticator({ roots: () => [clients.cert], clock }),
    webhook: { authenticateToken: (_ctx: unknown, token: string) => (token === 'remote' ? { user: { name: 'dave', groups: [] } } : undefined) },
  };

  async function ask(certificate?: keyof typeof shown, token?: string, user?: string) {
    const req: AuthenticationRequest = {
      ...requestWith(token && `Bearer ${token}`),
      ...(certificate && { peerCertificates: shown[certificate] }),
      ...(user && { rawHeaders: ['X-User', user] }),
    };
    if (user) req.headers['x-user'] = user;
    const response = await newAuthenticator({ tokens, anonymousAuth: true, external }).authenticateRequest(req);
    expect(Object.keys(req.headers)).not.toContain('x-user');
    return response?.user.name;
  }

  test.each<[Parameters<typeof ask>, string]>([
    [['proxy', 'secret', 'bob'], 'bob'],
    [['client', 'secret', 'bob'], 'carol'],
    [['client', 'wrong'], 'carol'],
    [['proxy', 'secret'], 'alice'],
    [['foreign', 'secret', 'bob'], 'alice'],
    [[undefined, 'secret', 'bob'], 'alice'],
    [[undefined, 'remote'], 'dave'],
    [[undefined, undefined, 'bob'], 'system:anonymous'],
  ])('counts the first that is good: %j is %s', async (given, name) => {
    expect(await ask(...given)).toBe(name);
  });

  test('a bad certificate does not pass as anonymous, and each authenticator says why', async () => {
    await expect(ask('foreign')).rejects.toThrow(/^\[x509: certificate signed by unknown authority, verifying certificate SN=\d+, SKID=, AKID= failed: x509: certificate signed by unknown authority\]$/);
    await expect(ask('proxy', 'wrong')).rejects.toThrow(/^\[verifying certificate .* failed: x509: certificate signed by unknown authority, invalid bearer token\]$/);
  });
});

test.each([
  ['/healthz', 'system:anonymous'],
  ['/healthz/etcd', undefined],
  ['/', undefined],
])('lets anonymous in only to the paths that are named: %s', async (path, name) => {
  const req = requestWith();
  req.ctx.requestInfo = { path } as RequestInfo;
  expect((await newAuthenticator({ tokens, anonymousAuth: true, anonymousPaths: ['/healthz', '/livez'] }).authenticateRequest(req))?.user.name).toBe(name);
});
