import { describe, expect, it } from 'vitest';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, update, subresource } = newChecks('flowcontrol.apiserver.k8s.io/v1');
const user = { kind: 'User', user: { name: 'alice' } };
const resourceRules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['default'] }];
const schema = (spec: object): Rest => ({ spec: { priorityLevelConfiguration: { name: 'global-default' }, ...spec } });
const rule = (rest: object) => schema({ rules: [{ subjects: [user], resourceRules, ...rest }] });
const limited = (rest: object): Rest => ({ spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' }, ...rest } } });
const queue = (queuing: object) => limited({ limitResponse: { type: 'Queue', queuing } });

describe('a FlowSchema', () => {
  it.each<[Rest, string[]]>([
    [rule({}), []],
    [schema({ matchingPrecedence: -1 }), ['spec.matchingPrecedence: Invalid value: -1: must be a positive value']],
    [schema({ matchingPrecedence: 10001 }), ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000']],
    [schema({ matchingPrecedence: 1, distinguisherMethod: { type: 'ByMood' } }), [
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
      'spec.distinguisherMethod.type: Unsupported value: {"Type":"ByMood"}: supported values: "ByNamespace", "ByUser"',
    ]],
    [{ spec: {} }, ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level']],
    [schema({ rules: [{}] }), ['spec.rules[0].subjects: Required value: subjects must contain at least one value', 'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty']],
    [rule({ subjects: [{ kind: 'Robot' }, { kind: 'User', group: { name: 'g' } }, { kind: 'ServiceAccount', serviceAccount: { name: '*' } }] }), [
      'spec.rules[0].subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
      "spec.rules[0].subjects[1].user: Required value: user is required when subject kind is 'User'",
      "spec.rules[0].subjects[1].group: Forbidden: group is forbidden when subject kind is not 'Group'",
      'spec.rules[0].subjects[2].serviceAccount.namespace: Required value: must specify namespace for service account',
    ]],
    [rule({ resourceRules: [{ verbs: ['get', '*'], apiGroups: [], resources: ['*', 'pods'], namespaces: ['A'] }] }), [
      `spec.rules[0].resourceRules[0].verbs: Invalid value: ["get","*"]: if '*' is present, must not specify other verbs`,
      'spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group',
      `spec.rules[0].resourceRules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources`,
      `spec.rules[0].resourceRules[0].namespaces[0]: Invalid value: "A": each member of this list must be '*' or a DNS-1123 label; a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ]],
    [rule({ resourceRules: [{ verbs: ['peek'], apiGroups: ['*'], resources: ['*'] }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['x', '/a*', '/a//b', '/a/*'] }] }), [
      'spec.rules[0].resourceRules[0].verbs: Unsupported value: ["peek"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
      'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "x": must start with slash',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a*": wildcard can only do suffix matching',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/a//b": must not contain double slash',
    ]],
  ])('%j', (rest, expected) => {
    expect(create('FlowSchema', 'mine', rest)).toEqual(expected);
    expect(update('FlowSchema', 'mine', rest, rest)).toEqual(expected);
  });

  it('that the server cannot do without stays what it is', () => {
    expect(create('FlowSchema', 'exempt', schema({ matchingPrecedence: 1 }))).toEqual([
      `spec: Invalid value: {"PriorityLevelConfiguration":{"Name":"global-default"},"MatchingPrecedence":1,"DistinguisherMethod":null,"Rules":null}: spec of 'exempt' must equal the fixed value`,
    ]);
  });

  it('has each condition once', () => {
    expect(subresource('status', 'FlowSchema', 'mine', {}, { status: { conditions: [{ type: 'A' }, { type: 'A' }, {}] } })).toEqual(['status.conditions[1].type: Duplicate value: "A"', 'status.conditions[2].type: Required value']);
  });
});

describe('a PriorityLevelConfiguration', () => {
  it.each<[Rest, string[]]>([
    [limited({}), []],
    [queue({}), []],
    [{ spec: { type: 'Exempt' } }, ["spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"]],
    [{ spec: { type: 'Odd' } }, ['spec.type: Unsupported value: "Odd": supported values: "Exempt", "Limited"']],
    [{ spec: { type: 'Limited' } }, ['spec.limited: Required value: must not be empty when type is Limited']],
    [limited({ nominalConcurrencyShares: -1, lendablePercent: 101, borrowingLimitPercent: -1, limitResponse: { type: 'Odd' } }), [
      'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
      'spec.limited.limitResponse.type: Unsupported value: "Odd": supported values: "Queue", "Reject"',
      'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
      'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
    ]],
    [limited({ limitResponse: { type: 'Queue' } }), ['spec.limited.limitResponse.queuing: Required value: must not be empty if limited.limitResponse.type is Limited']],
    [queue({ queues: -1, handSize: 5, queueLengthLimit: -1 }), [
      'spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1: must be positive',
      'spec.limited.limitResponse.queuing.queues: Invalid value: -1: must be positive',
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (-1)',
    ]],
    [queue({ queues: 1024, handSize: 8 }), ['spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 1024 and handSize 8 should not be greater than 60']],
  ])('%j', (rest, expected) => {
    expect(create('PriorityLevelConfiguration', 'mine', rest)).toEqual(expected);
  });

  it('that is exempt may have a share of its own, and nothing else', () => {
    expect(create('PriorityLevelConfiguration', 'exempt', { spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 7 } } })).toEqual([]);
    expect(create('PriorityLevelConfiguration', 'catch-all', limited({ nominalConcurrencyShares: 6 }))).toEqual([
      `spec: Invalid value: {"Type":"Limited","Limited":{"NominalConcurrencyShares":6,"LimitResponse":{"Type":"Reject","Queuing":null},"LendablePercent":0,"BorrowingLimitPercent":null},"Exempt":null}: spec of 'catch-all' must equal the fixed value`,
    ]);
  });
});
