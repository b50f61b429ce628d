import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { newAlwaysAllowAuthorizer, newAlwaysDenyAuthorizer, newPrivilegedGroups } from './builtin.ts';
import { AuthorizationError } from './interfaces.ts';
import type { Attributes, Authorizer, Decision, RuleResolver, UserRules } from './interfaces.ts';
import { newUnionAuthorizer, newUnionRuleResolver } from './union.ts';

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

const fails = (decision: 'deny' | 'noOpinion', message: string): Authorizer => ({
  authorize: () => {
    throw new AuthorizationError(message, { decision, reason: '' });
  },
});

test.each<[string, Authorizer[], object]>([
  ['a failure and then a permission', [fails('noOpinion', 'x'), says('allow', 'b')], { decision: 'allow', reason: 'b' }],
  ['a failure and then a refusal', [fails('noOpinion', 'x'), says('deny', 'b')], { decision: 'deny', reason: 'b' }],
])('a union goes by what comes after %s', async (_what, authorizers, result) => {
  expect(await decide(newUnionAuthorizer(...authorizers))).toEqual(result);
});

test.each<[string, Authorizer[], object]>([
  ['whose policy is to deny', [fails('deny', 'x'), says('allow', 'b')], { message: 'x', result: { decision: 'deny', reason: '' } }],
  ['that nobody makes up for', [says('noOpinion', 'a'), fails('noOpinion', 'x'), fails('noOpinion', 'y')], { message: '[x, y]', result: { decision: 'noOpinion', reason: 'a' } }],
])('a union tells of a failure %s', async (_what, authorizers, error) => {
  await expect(decide(newUnionAuthorizer(...authorizers))).rejects.toMatchObject({ name: 'AuthorizationError', ...error });
});

test('rules of all resolvers are one list', () => {
  const rule = (verb: string): UserRules => ({ resourceRules: [{ verbs: [verb], apiGroups: [], resources: [], resourceNames: [] }], nonResourceRules: [], incomplete: verb === 'b', evaluationError: verb === 'c' ? '' : `of ${verb}` });
  const resolvers = ['a', 'b', 'c'].map((verb): RuleResolver => ({ rulesFor: () => rule(verb) }));
  const { resourceRules, incomplete, evaluationError } = newUnionRuleResolver(...resolvers).rulesFor({ name: 'u', groups: [] }, 'ns');
  expect([resourceRules.map(({ verbs }) => verbs[0]), incomplete, evaluationError]).toEqual([['a', 'b', 'c'], true, '[of a, of b]']);
});
