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
    { successTTL: 10, failureTTL: 0, clock },
  );
  for (const args of [['a'], ['a'], ['a', ['x']], ['a', ['x']], ['none'], ['none']] as [string, string[]?][]) await tokens.authenticateToken(ctx, ...args);
  for (const _ of [1, 2]) await expect(tokens.authenticateToken(ctx, 'wrong')).rejects.toThrow('no');
  clock.time = 10;
  expect(await tokens.authenticateToken(ctx, 'a')).toEqual({ user: { name: 'a', groups: [] } });
  expect(asked).toEqual(['a', 'a,x', 'none', 'none', 'wrong', 'wrong', 'a']);
});

test('remembers a token that is nobody\'s as long as it is told to', async () => {
  let asked = 0;
  const clock = { time: 0, now: () => clock.time };
  const tokens = newCachedTokenAuthenticator({ authenticateToken: () => void asked++ }, { successTTL: 10, failureTTL: 5, clock });
  for (const time of [0, 4, 5, 9, 10]) {
    clock.time = time;
    expect(await tokens.authenticateToken(ctx, 'a')).toBeUndefined();
  }
  expect(asked).toBe(3);
});
