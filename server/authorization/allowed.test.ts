import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { isAllowed } from './allowed.ts';
import { AuthorizationError } from './interfaces.ts';
import type { Attributes, Authorizer, Decision } from './interfaces.ts';

const says = (decision: Decision): Authorizer => ({ authorize: () => ({ decision, reason: '' }) });
const throws = (err: Error): Authorizer => ({ authorize: () => Promise.reject(err) });
const ask = (authorizer: Authorizer) => isAllowed({} as RequestContext, authorizer, {} as Attributes);

test.each<[string, Authorizer, boolean]>([
  ['allows', says('allow'), true],
  ['denies', says('deny'), false],
  ['has no opinion', says('noOpinion'), false],
  ['fails', throws(new AuthorizationError('x', { decision: 'noOpinion', reason: '' })), false],
])('what an authorizer says that %s', async (_what, authorizer, allowed) => {
  expect(await ask(authorizer)).toBe(allowed);
});

test('a bug is no answer', async () => {
  await expect(ask(throws(new TypeError('bug')))).rejects.toThrow('bug');
});
