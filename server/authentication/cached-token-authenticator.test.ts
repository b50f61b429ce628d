import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { newCachedTokenAuthenticator } from './cached-token-authenticator.ts';

const ctx = {} as RequestContext;

test('asks once for each token and audience as long as it remembers, and again after an error', async () => {
  const asked: string[] = [];
  const clock = { time: 0, now: () => clock.time };
  const tokens = newCachedTokenAuthenticator(
    {
      authenticateToken(_ctx, token, audiences = []) {
        asked.push([token, ...audiences].join());
        if (token === 'wrong') throw new Error('no');
        return token === 'none' ? undefined : { user: { name: token, groups: [] } };
      },
    },
    10,
    clock,
  );
  for (const args of [['a'], ['a'], ['a', ['x']], ['a', ['x']], ['none'], ['none']] as [string, string[]?][]) await tokens.authenticateToken(ctx, ...args);
  for (const _ of [1, 2]) await expect(tokens.authenticateToken(ctx, 'wrong')).rejects.toThrow('no');
  clock.time = 10;
  expect(await tokens.authenticateToken(ctx, 'a')).toEqual({ user: { name: 'a', groups: [] } });
  expect(asked).toEqual(['a', 'a,x', 'none', 'none', 'wrong', 'wrong', 'a']);
});
