import { expect, test } from 'vitest';
import { newPolicyRuleEvaluator } from './policy.ts';
import type { AuditAttributes, Policy, PolicyRule } from './policy.ts';

const attributes = (a: Partial<AuditAttributes> = {}): AuditAttributes => ({
  user: { name: 'alice', groups: ['dev'] }, verb: 'get', isResourceRequest: true, path: '', namespace: 'n', apiGroup: '', apiVersion: 'v1', resource: 'pods', subresource: '', name: 'a', ...a,
});
const log = { subresource: 'log' };
const path = { isResourceRequest: false, path: '/healthz/ping', resource: '' };

test.each<[Omit<PolicyRule, 'level'>, Partial<AuditAttributes>, boolean]>([
  [{}, {}, true],
  [{ users: ['alice'] }, {}, true],
  [{ users: ['bob'] }, {}, false],
  [{ users: ['alice'] }, { user: undefined }, false],
  [{ users: [''] }, { user: undefined }, false],
  [{ userGroups: ['dev'] }, { user: undefined }, false],
  [{ userGroups: ['dev', 'ops'] }, {}, true],
  [{ userGroups: ['ops'] }, {}, false],
  [{ verbs: ['get'] }, {}, true],
  [{ verbs: ['list'] }, {}, false],
  [{ namespaces: ['n'] }, {}, true],
  [{ namespaces: [''] }, {}, false],
  [{ resources: [{ group: '' }] }, {}, true],
  [{ resources: [{ group: 'apps' }] }, {}, false],
  [{ resources: [{ group: '*', resources: ['pods'] }] }, {}, true],
  [{ resources: [{ resources: ['pods'] }] }, log, false],
  [{ resources: [{ resources: ['pods/log'] }] }, log, true],
  [{ resources: [{ resources: ['pods/*'] }] }, log, true],
  [{ resources: [{ resources: ['*/log'] }] }, log, true],
  [{ resources: [{ resources: ['*'] }] }, log, true],
  [{ resources: [{ resources: ['pods'], resourceNames: ['b'] }] }, {}, false],
  [{ resources: [{ resources: ['pods'] }] }, path, false],
  [{ nonResourceURLs: ['/healthz*'] }, path, true],
  [{ nonResourceURLs: ['/healthz'] }, path, false],
  [{ nonResourceURLs: ['*'] }, {}, false],
  [{ nonResourceURLs: ['*'] }, path, true],
  [{ nonResourceURLs: ['/healthz*'], verbs: ['list'] }, path, false],
  [{ namespaces: [''], resources: [{ resources: ['nodes'] }] }, { namespace: '', resource: 'nodes' }, true],
  [{ resources: [{ resources: ['pods/*'] }] }, {}, true],
  [{ resources: [{ resources: ['*/log'] }] }, {}, false],
  [{ resources: [{ resources: ['pods'], resourceNames: ['b', 'a'] }] }, {}, true],
  [{ resources: [{ resourceNames: ['b'] }] }, {}, true],
])('the rule %j on %j matches: %s', (rule, a, matches) => {
  expect(newPolicyRuleEvaluator({ rules: [{ level: 'Request', ...rule }] }).evaluatePolicyRule(attributes(a)).level).toBe(matches ? 'Request' : 'None');
});

test('the first rule that matches decides, and leaves out its stages and the policy\'s', () => {
  const evaluator = newPolicyRuleEvaluator({
    omitStages: ['RequestReceived'],
    rules: [{ level: 'None', verbs: ['list'] }, { level: 'Metadata', omitStages: ['Panic'] }, { level: 'Request' }],
  });
  expect(evaluator.evaluatePolicyRule(attributes())).toEqual({ level: 'Metadata', omitStages: ['RequestReceived', 'Panic'], omitManagedFields: false });
  expect(evaluator.evaluatePolicyRule(attributes({ verb: 'list' })).level).toBe('None');
});

test.each<[Partial<Policy>, Partial<PolicyRule>, boolean]>([
  [{}, {}, false],
  [{ omitManagedFields: true }, {}, true],
  [{}, { omitManagedFields: true }, true],
  [{ omitManagedFields: true }, { omitManagedFields: false }, false],
])('of a policy %j and its rule %j the rule has the last word on managed fields: %s', (policy, rule, omitManagedFields) => {
  const evaluator = newPolicyRuleEvaluator({ ...policy, rules: [{ level: 'Request', verbs: ['get'], ...rule }] });
  expect(evaluator.evaluatePolicyRule(attributes()).omitManagedFields).toBe(omitManagedFields);
  expect(evaluator.evaluatePolicyRule(attributes({ verb: 'list' }))).toEqual({ level: 'None', omitStages: [], omitManagedFields: policy.omitManagedFields ?? false });
});
