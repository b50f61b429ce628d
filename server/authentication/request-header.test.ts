import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { clearAuthenticationHeaders, newRequestHeaderAuthenticator } from './request-header.ts';

const config = { usernameHeaders: ['X-Remote-User', 'X-User'], uidHeaders: ['X-Remote-Uid'], groupHeaders: ['X-Remote-Group', 'X-Group'], extraHeaderPrefixes: ['X-Remote-Extra-', 'X-Extra-'] };
const ask = (...rawHeaders: string[]) => newRequestHeaderAuthenticator(config).authenticateRequest({ ctx: {} as RequestContext, headers: {}, url: '/', rawHeaders });

test.each([
  ['the user', ['X-Remote-User', 'bob'], { name: 'bob', groups: [] }],
  ['in any case', ['x-REMOTE-user', 'bob'], { name: 'bob', groups: [] }],
  ['the first that is not empty', ['X-User', 'carol', 'X-Remote-User', ''], { name: 'carol', groups: [] }],
  ['the one whose header is listed first', ['X-User', 'carol', 'X-Remote-User', 'bob'], { name: 'bob', groups: [] }],
  ['the first of two values', ['X-Remote-User', 'bob', 'X-Remote-User', 'root'], { name: 'bob', groups: [] }],
  ['uid', ['X-Remote-User', 'bob', 'X-Remote-Uid', 'u1'], { name: 'bob', uid: 'u1', groups: [] }],
  ['all groups, which may hold commas', ['X-Group', 'c', 'X-Remote-User', 'bob', 'X-Remote-Group', 'a, b', 'X-Remote-Group', '', 'x-remote-group', 'd'], { name: 'bob', groups: ['a, b', 'd', 'c'] }],
  ['extras, by prefix', ['X-Extra-Scopes', '3', 'X-Remote-User', 'bob', 'X-Remote-Extra-Scopes', '1', 'X-Remote-Extra-scopes', '2', 'X-Remote-Extra-Acme.com%2fX', 'y', 'X-Remote-Extra-%zz', 'z'], { name: 'bob', groups: [], extra: { scopes: ['1', '2', '3'], 'acme.com/x': ['y'], '%zz': ['z'] } }],
  ['an extra with a name that objects have', ['X-Remote-User', 'bob', 'X-Remote-Extra-constructor', '1'], { name: 'bob', groups: [], extra: { constructor: ['1'] } }],
])('headers name %s', async (_what, headers, user) => {
  expect((await ask(...headers))?.user).toEqual(user);
});

test.each([[[]], [['X-Remote-Group', 'system:masters']], [['X-Remote-User', '']], [['X-Remote-User-Name', 'bob']]])('headers name nobody: %j', async (headers) => {
  expect(await ask(...headers)).toBeUndefined();
});

test('what only a front proxy may say is taken off', () => {
  const headers = { accept: 'a', 'x-user': 'b', 'x-group': 'c', 'x-extra-d': 'd', 'x-remote-uid': 'e', 'x-extr': 'f' };
  clearAuthenticationHeaders(headers, config);
  expect(headers).toEqual({ accept: 'a', 'x-extr': 'f' });
});
