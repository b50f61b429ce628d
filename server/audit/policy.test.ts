import { expect, test } from 'vitest';
import { newPolicyRuleEvaluator } from './policy.ts';
import type { AuditAttributes, PolicyRule } from './policy.ts';

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
])('the rule %j on %j matches: %s', (rule, a, matches) => {
  expect(newPolicyRuleEvaluator({ rules: [{ level: 'Request', ...rule }] }).evaluatePolicyRule(attributes(a)).level).toBe(matches ? 'Request' : 'None');
});

test('the first rule that matches decides, and leaves out its stages and the policy\'s', () => {
  const evaluator = newPolicyRuleEvaluator({
    omitStages: ['RequestReceived'],
    rules: [{ level: 'None', verbs: ['list'] }, { level: 'Metadata', omitStages: ['Panic'] }, { level: 'Request' }],
  });
  expect(evaluator.evaluatePolicyRule(attributes())).toEqual({ level: 'Metadata', omitStages: ['RequestReceived', 'Panic'] });
  expect(evaluator.evaluatePolicyRule(attributes({ verb: 'list' })).level).toBe('None');
});
