import { expect, test } from 'vitest';
import { newPath } from '../../apimachinery/field.ts';
import type { Attributes } from '../interfaces.ts';
import { newCELMatcher, validateMatchConditions } from './match-conditions.ts';

const pods: Attributes = {
  user: { name: 'alice', groups: ['dev', 'ops'], extra: { scope: ['b'] } }, verb: 'list', isResourceRequest: true, path: '/x', namespace: 'kube-system', apiGroup: '', apiVersion: 'v1', resource: 'pods', subresource: '', name: '',
  fieldSelector: [{ field: 'spec.nodeName', operator: '=', value: 'one' }],
  labelSelector: [{ key: 'b', operator: 'exists', values: [] }],
};
const path: Attributes = { ...pods, user: { name: 'bob', groups: [] }, isResourceRequest: false, path: '/version', verb: 'get' };

test.each<[string, boolean, boolean]>([
  ['has(request.resourceAttributes)', true, false],
  ['has(request.nonResourceAttributes)', false, true],
  ["has(request.resourceAttributes) && request.resourceAttributes.namespace == 'kube-system'", true, false],
  ["!('dev' in request.groups)", false, true],
  ["request.user == 'alice' && request.uid == ''", true, false],
  ["has(request.resourceAttributes) && request.resourceAttributes.subresource == '' && request.resourceAttributes.name == ''", true, false],
  ["request.?nonResourceAttributes.path.orValue('') == '/version'", false, true],
  ["request.?resourceAttributes.fieldSelector.requirements.orValue([]).exists(r, r.key == 'spec.nodeName' && r.operator == 'In' && r.values == ['one'])", true, false],
  ["request.?resourceAttributes.labelSelector.requirements.orValue([]).exists(r, r.operator == 'Exists' && size(r.values) == 0)", true, false],
  ["'scope' in request.extra && request.extra['scope'] == ['b']", true, false],
])('%s', (expression, ofPods, ofPath) => {
  const matches = newCELMatcher([expression]);
  expect([matches(pods), matches(path)]).toEqual([ofPods, ofPath]);
});

const failing = 'request.resourceAttributes.namespace == "a"';
const failed = `cel evaluation error: expression '${failing}' resulted in error: no such key: resourceAttributes`;

test('all must be true; one that is false outweighs one that fails', () => {
  expect(newCELMatcher(['true', "request.user == 'bob'"])(path)).toBe(true);
  expect(newCELMatcher(['true', "request.user == 'eve'"])(path)).toBe(false);
  expect(newCELMatcher([failing, 'false'])(path)).toBe(false);
  expect(() => newCELMatcher([failing, 'true'])(path)).toThrow(failed);
});

test.each<[string, string[], string]>([
  ['nothing', ['  '], 'matchConditions[0].expression: Required value'],
  ['the same twice', ['true', 'true'], 'matchConditions[1].expression: Duplicate value: "true"'],
  ['a text', ['request.user'], 'matchConditions[0].expression: Invalid value: "request.user": must evaluate to bool but got string'],
  ['a field that is not there', ['request.name == "x"'], "matchConditions[0].expression: Invalid value: \"request.name == \\\"x\\\"\": compilation failed: ERROR: <input>:1:8: undefined field 'name'\n | request.name == \"x\"\n | .......^"],
  ['too many', Array.from({ length: 65 }, () => 'true'), 'matchConditions: Too many: 65: must have at most 64 items'],
])('refuses %s', (_what, expressions, message) => {
  expect(validateMatchConditions(expressions, newPath('matchConditions')).map(({ field, body }) => `${field}: ${body}`)).toEqual([message]);
});

test('takes what can be compiled', () => {
  expect(validateMatchConditions(['true', failing], newPath('matchConditions'))).toEqual([]);
});
