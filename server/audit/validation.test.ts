import { expect, test } from 'vitest';
import { aggregate } from '../apimachinery/field.ts';
import { validatePolicy } from './validation.ts';
import type { RawPolicy, RawPolicyRule } from './validation.ts';

const rules = (...all: RawPolicyRule[]): RawPolicy => ({ rules: all });
const subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

test.each<[RawPolicy]>([
  [{}],
  [{ omitStages: ['RequestReceived'] }],
  [rules({ level: 'None', userGroups: ['g'] }, { level: 'RequestResponse', verbs: ['get'], resources: [{ group: 'rbac.authorization.k8s.io', resources: ['roles'] }, { group: '*' }], namespaces: ['n'] })],
  [rules({ level: 'Metadata', nonResourceURLs: ['/logs*', '/metrics', '*'], omitStages: ['Panic'] })],
])('%j is a policy', (policy) => {
  expect(validatePolicy(policy)).toEqual([]);
});

test.each<[RawPolicy, string]>([
  [rules({}), 'rules[0].level: Required value'],
  [rules({ level: 'Metadata' }, { level: 'FooBar' }), 'rules[1].level: Unsupported value: "FooBar": supported values: "None", "Metadata", "Request", "RequestResponse"'],
  [rules({ level: 'Metadata', namespaces: ['n'], nonResourceURLs: ['/logs*'] }), 'rules[0].nonResourceURLs: Invalid value: ["/logs*"]: rules cannot apply to both regular resources and non-resource URLs'],
  [rules({ level: 'Metadata', resources: [{ resources: ['secrets'] }], nonResourceURLs: ['/logs*'] }), 'rules[0].nonResourceURLs: Invalid value: ["/logs*"]: rules cannot apply to both regular resources and non-resource URLs'],
  [rules({ level: 'Metadata', resources: [{ group: 'rbac/v1', resources: ['roles'] }] }), `rules[0].resources.group: Invalid value: "rbac/v1": ${subdomain}`],
  [rules({ level: 'Metadata', nonResourceURLs: ['logs', ''] }), `[rules[0].nonResourceURLs[0]: Invalid value: "logs": non-resource URL rules must begin with a '/' character, rules[0].nonResourceURLs[1]: Invalid value: "": non-resource URL rules must begin with a '/' character]`],
  [rules({ level: 'Metadata', nonResourceURLs: ['/logs/*.log'] }), "rules[0].nonResourceURLs[0]: Invalid value: \"/logs/*.log\": non-resource URL wildcards '*' must be the final character of the rule"],
  [rules({ level: 'Metadata', resources: [{ resourceNames: ['leader'] }] }), 'rules[0].resources.resourceNames: Invalid value: ["leader"]: using resourceNames requires at least one resource'],
  [rules({ level: 'Metadata', omitStages: ['Panic', 'foo'] }), 'rules[0].omitStages[1]: Invalid value: "foo": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic'],
  [{ omitStages: ['foo'] }, 'omitStages[0]: Invalid value: "foo": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic'],
])('%j is none', (policy, message) => {
  expect(aggregate(validatePolicy(policy))).toBe(message);
});
