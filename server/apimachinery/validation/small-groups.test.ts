import { describe, expect, it } from 'vitest';
import type { Rest } from './validation.test-util.ts';
import { newChecks } from './validation.test-util.ts';

const condition = { type: 'A', status: 'True', reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
const slice = (...endpoints: object[]): Rest => ({ addressType: 'IPv4', endpoints });
const ref = { kind: 'ClusterRole', name: 'r' };

describe('a kind of a small group', () => {
  it.each<[string, string, string, Rest, string[]]>([
    ['policy/v1', 'PodDisruptionBudget', 'default/p', { spec: { minAvailable: -1, maxUnavailable: 'x%', unhealthyPodEvictionPolicy: 'Odd' } }, [
      'spec: Invalid value: {"MinAvailable":-1,"Selector":null,"MaxUnavailable":"x%","UnhealthyPodEvictionPolicy":"Odd"}: minAvailable and maxUnavailable cannot be both set', 'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0',
      expect.stringMatching(/^spec\.maxUnavailable: Invalid value: "x%": a valid percent string must be/), 'spec.unhealthyPodEvictionPolicy: Unsupported value: "Odd": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ]],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'r', { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Is' }] }] } }, [
      'aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator', 'aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.',
    ]],
    ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'b', { roleRef: ref, subjects: [{ kind: 'ServiceAccount', name: 'A' }, { kind: 'User', name: 'u', apiGroup: 'x' }] }, [
      expect.stringMatching(/^subjects\[0\]\.name: Invalid value: "A"/), 'subjects[0].namespace: Required value', 'subjects[1].apiGroup: Unsupported value: "x": supported values: "rbac.authorization.k8s.io"',
    ]],
    ['node.k8s.io/v1', 'RuntimeClass', 'r', { handler: 'A', scheduling: { tolerations: [{ key: 'a', operator: 'Exists' }, { key: 'a', operator: 'Exists' }] } }, [
      expect.stringMatching(/^handler: Invalid value: "A"/), 'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
    ]],
    ['scheduling.k8s.io/v1', 'PriorityClass', 'p', { value: 1_000_000_001, preemptionPolicy: 'Odd' }, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000', 'preemptionPolicy: Unsupported value: "Odd": supported values: "PreemptLowerPriority", "Never"']],
    ['apiregistration.k8s.io/v1', 'APIService', 'wrong', { spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 0, versionPriority: 2000, service: { port: 70000 }, insecureSkipTLSVerify: true, caBundle: 'QUFB' } }, [
      'metadata.name: Invalid value: "wrong": must be `spec.version+"."+spec.group`: "v1.example.com"', 'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000', 'spec.versionPriority: Invalid value: 2000: must be positive and less than 1000',
      'spec.service.namespace: Required value', 'spec.service.name: Required value', 'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive', 'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
    ]],
    ['coordination.k8s.io/v1', 'Lease', 'default/l', { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0', 'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0']],
    ['discovery.k8s.io/v1', 'EndpointSlice', 'default/e', slice({ addresses: ['010.0.0.1', '127.0.0.1', '2001:db8::1'], nodeName: '!', hostname: 'a.b', hints: { forZones: [{ name: 'z' }, { name: 'z' }] } }), [
      'endpoints[0].addresses[0]: Invalid value: "010.0.0.1": must not have leading 0s', 'endpoints[0].addresses[1]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)', 'endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address',
      expect.stringMatching(/^endpoints\[0\]\.nodeName: Invalid value: "!"/), 'endpoints[0].hostname: Invalid value: "a.b": must not contain dots', 'endpoints[0].hints.forZones[1].name: Duplicate value: "z"',
    ]],
    ['discovery.k8s.io/v1', 'EndpointSlice', 'default/e', { addressType: '', ports: [{ name: 'A', protocol: 'X', appProtocol: '!' }] }, [
      'addressType: Required value', expect.stringMatching(/^ports\[0\]\.name: Invalid value: "A"/), 'ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"', expect.stringMatching(/^ports\[0\]\.appProtocol: Invalid value: "!"/),
    ]],
  ])('%s %s %s %j', (apiVersion, kind, name, rest, expected) => {
    expect(newChecks(apiVersion).create(kind, name, rest)).toEqual(expected);
  });

  it.each<[string, string, string, Rest, Rest, string[]]>([
    ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'b', { roleRef: ref }, { roleRef: { ...ref, name: 's' } }, ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"s"}: cannot change roleRef']],
    ['node.k8s.io/v1', 'RuntimeClass', 'r', { handler: 'a' }, { handler: 'b' }, ['handler: Invalid value: "b": field is immutable']],
    ['scheduling.k8s.io/v1', 'PriorityClass', 'p', { value: 1 }, { value: 2, preemptionPolicy: 'Never' }, ['value: Forbidden: may not be changed in an update.', 'preemptionPolicy: Invalid value: "Never": field is immutable']],
    ['discovery.k8s.io/v1', 'EndpointSlice', 'default/e', slice({ addresses: [] }), { ...slice({ addresses: [] }), addressType: 'IPv6' }, ['addressType: Invalid value: "IPv6": field is immutable']],
  ])('%s %s %s from %j to %j', (apiVersion, kind, name, old, now, expected) => {
    expect(newChecks(apiVersion).update(kind, name, old, now)).toEqual(expected);
  });

  it('has conditions that are complete', () => {
    const told = newChecks('policy/v1').subresource('status', 'PodDisruptionBudget', 'default/p', {}, { status: { conditions: [condition, { ...condition, status: 'Odd', reason: '1', lastTransitionTime: '' }], disruptionsAllowed: -1 } });
    expect(told).toEqual([
      'status.conditions[1].type: Duplicate value: "A"', 'status.conditions[1].status: Unsupported value: "Odd": supported values: "False", "True", "Unknown"', 'status.conditions[1].lastTransitionTime: Required value',
      expect.stringMatching(/^status\.conditions\[1\]\.reason: Invalid value: "1": a condition reason must start with alphabetic character/), 'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});
