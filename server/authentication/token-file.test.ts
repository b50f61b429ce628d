import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { newTokenAuthenticator, parseTokenFile } from './token-file.ts';

test.each([
  ['t1,alice,u1', [{ token: 't1', user: { name: 'alice', uid: 'u1', groups: [] } }]],
  ['t1,alice,u1,dev\n', [{ token: 't1', user: { name: 'alice', uid: 'u1', groups: ['dev'] } }]],
  ['t1,alice,u1,"dev,ops"\r\nt2,bob,u2\r\n', [{ token: 't1', user: { name: 'alice', uid: 'u1', groups: ['dev', 'ops'] } }, { token: 't2', user: { name: 'bob', uid: 'u2', groups: [] } }]],
  ['"t""1","al,ice","u\n1"', [{ token: 't"1', user: { name: 'al,ice', uid: 'u\n1', groups: [] } }]],
  ['t1,alice,', [{ token: 't1', user: { name: 'alice', uid: '', groups: [] } }]],
  ['\n\nt1,alice,u1\n\n', [{ token: 't1', user: { name: 'alice', uid: 'u1', groups: [] } }]],
  [',nobody,u0\n', []],
  ['t1,alice,u1\nt1,bob,u2', [{ token: 't1', user: { name: 'bob', uid: 'u2', groups: [] } }]],
  ['', []],
])('reads %j', (csv, users) => {
  expect(parseTokenFile(csv)).toEqual(users);
});

test.each([
  ['t1,alice', "token file 'f.csv' must have at least 3 columns (token, user name, user uid), found 2"],
  ['t1,alice,u1\nt2,"bob,u2', 'parse error on line 2: extraneous or missing " in quoted-field'],
  ['t1,al"ice,u1', 'parse error on line 1: bare " in non-quoted field'],
  ['"t1"x,alice,u1', 'parse error on line 1: extraneous or missing " in quoted-field'],
])('refuses %j', (csv, message) => {
  expect(() => parseTokenFile(csv, 'f.csv')).toThrow(message);
});

test('knows each of many', async () => {
  const users = Array.from({ length: 5000 }, (_, i) => ({ token: `${i}-${'x'.repeat(100)}`, user: { name: `user-${i}`, groups: [] } }));
  const authenticator = newTokenAuthenticator(users);
  for (const { token, user } of users) expect((await authenticator.authenticateToken({} as RequestContext, token))?.user).toBe(user);
});

test.each([
  ['secret', 'alice'],
  ['secret2', 'bob'],
  ['secre', undefined],
  ['secrets', undefined],
  ['secretsecret', undefined],
  ['', undefined],
])('knows by the token %j: %s', async (token, name) => {
  const authenticator = newTokenAuthenticator(parseTokenFile('secret,alice,1\nsecret2,bob,2'));
  const found = await authenticator.authenticateToken({} as RequestContext, token);
  expect(found?.user.name).toBe(name);
});
