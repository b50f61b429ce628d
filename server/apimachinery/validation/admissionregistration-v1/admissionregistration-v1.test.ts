import { describe, expect, it } from 'vitest';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, update, subresource } = newChecks('admissionregistration.k8s.io/v1');
const rule = { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] };
const matchConstraints = { resourceRules: [rule] };
const validating = (spec: object): Rest => ({ spec: { matchConstraints, validations: [{ expression: 'true' }], ...spec } });
const mutating = (spec: object): Rest => ({ spec: { matchConstraints, reinvocationPolicy: 'Never', mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }], ...spec } });
const hook = (rest: object): Rest => ({ webhooks: [{ name: 'a.example.com', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: { url: 'https://example.com/x' }, rules: [rule], ...rest }] });

describe('a ValidatingAdmissionPolicy', () => {
  it.each<[Rest, string[]]>([
    [validating({}), []],
    [{ spec: {} }, [
      'spec.matchConstraints: Required value',
      'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
    ]],
    [validating({ failurePolicy: '' }), ['spec.failurePolicy: Unsupported value: "": supported values: "Fail", "Ignore"']],
    [validating({ failurePolicy: 'Odd', matchConstraints: { matchPolicy: 'Odd' } }), [
      'spec.failurePolicy: Unsupported value: "Odd": supported values: "Fail", "Ignore"',
      'spec.matchConstraints.matchPolicy: Unsupported value: "Odd": supported values: "Equivalent", "Exact"',
      'spec.matchConstraints.resourceRules: Required value',
    ]],
    [validating({ matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['a/b', 'c', 'c'], operations: ['*', 'READ'], scope: 'Odd' }] } }), [
      "spec.matchConstraints.resourceRules[0].resourceNames[0]: Invalid value: \"a/b\": may not contain '/'",
      'spec.matchConstraints.resourceRules[0].resourceNames[2]: Duplicate value: "c"',
      "spec.matchConstraints.resourceRules[0].operations: Invalid value: [\"*\",\"READ\"]: if '*' is present, must not specify other operations",
      'spec.matchConstraints.resourceRules[0].operations[1]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
      'spec.matchConstraints.resourceRules[0].scope: Unsupported value: "Odd": supported values: "*", "Cluster", "Namespaced"',
    ]],
    [validating({ paramKind: { apiVersion: 'a/b/c', kind: '' } }), ['spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c', 'spec.paramKind.kind: Required value']],
    [validating({ paramKind: { apiVersion: 'g/', kind: 'Foo' } }), ['spec.paramKind.apiVersion: Invalid value: "g/": version must be specified']],
    [validating({ variables: [{ name: 'in', expression: ' ' }, { name: '' }] }), [
      'spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier', 'spec.variables[0].expression: Required value: expression is not specified',
      'spec.variables[1].name: Required value: name is not specified', 'spec.variables[1].expression: Required value: expression is not specified',
    ]],
    [validating({ validations: [{ expression: '', message: 'a\nb', messageExpression: ' ', reason: 'Odd' }] }), [
      'spec.validations[0].expression: Required value: expression is not specified', 'spec.validations[0].messageExpression: Invalid value: " ": must be non-empty if specified',
      'spec.validations[0].message: Invalid value: "a\\nb": must not contain line breaks', 'spec.validations[0].reason: Unsupported value: "Odd": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
    ]],
    [validating({ auditAnnotations: [{ key: 'k', valueExpression: '"x"' }, { key: 'k', valueExpression: '' }] }), ['spec.auditAnnotations[1].valueExpression: Required value: valueExpression is not specified', 'spec.auditAnnotations[1].key: Duplicate value: "k"']],
    [{ ...validating({}), metadata: { finalizers: ['mine'] } }, []],
  ])('%j', (rest, expected) => {
    expect(create('ValidatingAdmissionPolicy', 'p', rest)).toEqual(expected);
    expect(update('ValidatingAdmissionPolicy', 'p', rest, rest)).toEqual(expected);
  });

  it('knows what its status warns of', () => {
    expect(subresource('status', 'ValidatingAdmissionPolicy', 'p', validating({}), { ...validating({}), status: { typeChecking: { expressionWarnings: [{ fieldRef: ' ', warning: '' }] } } })).toEqual([
      'status.typeChecking.expressionWarnings[0].warning: Required value', 'status.typeChecking.expressionWarnings[0].fieldRef: Required value',
    ]);
  });
});

describe('a MutatingAdmissionPolicy', () => {
  it.each<[Rest, string[]]>([
    [mutating({}), []],
    [mutating({ mutations: [], reinvocationPolicy: '' }), ['spec.mutations: Required value: mutations must contain at least one item', 'spec.reinvocationPolicy: Required value']],
    [mutating({ matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] }, reinvocationPolicy: 'Odd' }), [
      'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"', 'spec.reinvocationPolicy: Unsupported value: "Odd": supported values: "IfNeeded", "Never"',
    ]],
    [mutating({ mutations: [{}, { patchType: 'constructor' }, { patchType: 'ApplyConfiguration', jsonPatch: {} }, { patchType: 'JSONPatch', jsonPatch: {} }] }), [
      'spec.mutations[0].patchType: Required value', 'spec.mutations[1].patchType: Unsupported value: "constructor": supported values: "ApplyConfiguration", "JSONPatch"',
      'spec.mutations[2].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration', 'spec.mutations[2].jsonPatch: Invalid value: "{jsonPatch}": must not be specified when patchType is ApplyConfiguration',
      'spec.mutations[3].jsonPatch.expression: Required value',
    ]],
  ])('%j', (rest, expected) => {
    expect(create('MutatingAdmissionPolicy', 'p', rest)).toEqual(expected);
  });
});

describe('a binding of policies', () => {
  it.each<[string, object, string[]]>([
    ['ValidatingAdmissionPolicyBinding', { policyName: 'p', validationActions: ['Deny'] }, []],
    ['ValidatingAdmissionPolicyBinding', { paramRef: { name: 'a', selector: {} } }, [
      'spec.policyName: Required value', 'spec.paramRef.name: Forbidden: name and selector are mutually exclusive', 'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive', 'spec.paramRef.parameterNotFoundAction: Required value',
      'spec.validationActions: Required value: at least one validation action is required',
    ]],
    ['ValidatingAdmissionPolicyBinding', { policyName: 'p', validationActions: ['Deny', 'Warn', 'Deny', 'Odd'] }, [
      'spec.validationActions[2]: Duplicate value: "Deny"', 'spec.validationActions[3]: Unsupported value: "Odd": supported values: "Audit", "Deny", "Warn"',
      'spec.validationActions: Invalid value: ["Deny","Warn","Deny","Odd"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ]],
    ['MutatingAdmissionPolicyBinding', { policyName: 'p', matchResources: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } }, ['spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"']],
  ])('%s %j', (kind, spec, expected) => {
    expect(create(kind, 'b', { spec })).toEqual(expected);
  });
});

describe('a configuration of webhooks', () => {
  it.each<[Rest, string[]]>([
    [hook({}), []],
    [hook({ name: 'a.b', sideEffects: 'Some', timeoutSeconds: 31, admissionReviewVersions: ['v2', 'v2'] }), [
      'webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots', 'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
      'webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds', 'webhooks[0].admissionReviewVersions[1]: Invalid value: "v2": duplicate version',
      'webhooks[0].admissionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1',
    ]],
    [hook({ clientConfig: {}, rules: [{ ...rule, resources: ['*', 'pods', 'pods/*', 'pods/status'] }] }), [
      "webhooks[0].rules[0].resources[3]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status",
      "webhooks[0].rules[0].resources: Invalid value: [\"*\",\"pods\",\"pods/*\",\"pods/status\"]: if '*' is present, must not specify other resources without subresources",
      'webhooks[0].clientConfig: Required value: exactly one of url or service is required',
    ]],
    [hook({ clientConfig: { url: 'http://u@h?q#f' } }), [
      'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]', 'webhooks[0].clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
      'webhooks[0].clientConfig.url: Invalid value: "f": fragments are not permitted in the URL', 'webhooks[0].clientConfig.url: Invalid value: "q": query parameters are not permitted in the URL',
    ]],
    ...([['https://a b/', 'invalid character " " in host name'], ['https://h:x', 'invalid port ":x" after host'], ['https://h/%zz', 'invalid URL escape "%zz"'], [':h', 'missing protocol scheme']] as const).map(([url, why]): [Rest, string[]] => [
      hook({ clientConfig: { url } }), [`webhooks[0].clientConfig.url: Required value: url must be a valid URL: parse "${url}": ${why}; desired format: https://host[/path]`],
    ]),
    [hook({ clientConfig: { service: { name: 's', namespace: '', path: 'a//b', port: 70000 } } }), [
      'webhooks[0].clientConfig.service.name: Required value', 'webhooks[0].clientConfig.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
      "webhooks[0].clientConfig.service.path: Invalid value: \"a//b\": must start with a '/'", 'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[0] may not be empty', 'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[1] may not be empty',
    ]],
  ])('%j', (rest, expected) => {
    expect(create('MutatingWebhookConfiguration', 'w', rest)).toEqual(expected);
    expect(update('ValidatingWebhookConfiguration', 'w', rest, rest)).toEqual(expected);
  });
});
