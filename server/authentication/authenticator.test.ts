import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { newAuthenticatedGroupAdder } from './authenticated-group-adder.ts';
import { newAuthenticator } from './authenticator.ts';
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
