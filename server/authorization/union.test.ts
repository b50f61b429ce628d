import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { newAlwaysAllowAuthorizer, newAlwaysDenyAuthorizer, newPrivilegedGroups } from './builtin.ts';
import type { Attributes, Authorizer, Decision } from './interfaces.ts';
import { newUnionAuthorizer } from './union.ts';

const says = (decision: Decision, reason: string): Authorizer => ({ authorize: () => ({ decision, reason }) });
const attributes = (...groups: string[]): Attributes => ({
  user: { name: 'u', groups }, verb: 'get', isResourceRequest: false, path: '/', namespace: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '',
});
const decide = (authorizer: Authorizer, ...groups: string[]) => authorizer.authorize({} as RequestContext, attributes(...groups));

test.each([
  ['the first opinion', [says('noOpinion', 'a'), says('allow', 'b'), says('deny', 'c')], { decision: 'allow', reason: 'b' }],
  ['a refusal before a permission', [says('deny', 'no'), says('allow', 'yes')], { decision: 'deny', reason: 'no' }],
  ['all reasons where nobody has an opinion', [says('noOpinion', 'a'), says('noOpinion', ''), says('noOpinion', 'b')], { decision: 'noOpinion', reason: 'a\nb' }],
  ['nothing where there is nobody', [], { decision: 'noOpinion', reason: '' }],
])('a union answers %s', async (_what, authorizers, result) => {
  expect(await decide(newUnionAuthorizer(...authorizers))).toEqual(result);
});

test('privileged groups may do anything', async () => {
  expect(await decide(newPrivilegedGroups('system:masters'), 'dev', 'system:masters')).toEqual({ decision: 'allow', reason: '' });
  expect(await decide(newPrivilegedGroups('system:masters'), 'dev')).toEqual({ decision: 'noOpinion', reason: '' });
});

test('some authorizers always answer the same', async () => {
  expect(await decide(newAlwaysAllowAuthorizer())).toEqual({ decision: 'allow', reason: '' });
  expect(await decide(newAlwaysDenyAuthorizer())).toEqual({ decision: 'noOpinion', reason: 'Everything is forbidden.' });
});
