/**
 * Defaults of the admissionregistration group.
 *
 * Upstream: pkg/apis/admissionregistration/v1/defaults.go.
 */
import { setNil } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

const selectAll = (obj: Fields) => setNil(obj, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
const fail = (obj: Fields) => setNil(obj, { failurePolicy: 'Fail' });

function webhook(obj: Fields): void {
  fail(obj);
  selectAll(obj);
  setNil(obj, { timeoutSeconds: 10 });
}

const allScopes = (obj: Fields) => setNil(obj, { scope: '*' });

export const admissionregistrationV1: Record<string, DefaultFunc> = {
  ValidatingWebhook: webhook,
  MutatingWebhook: (obj) => {
    webhook(obj);
    setNil(obj, { reinvocationPolicy: 'Never' });
  },
  RuleWithOperations: allScopes,
  NamedRuleWithOperations: allScopes,
  ServiceReference: (obj) => setNil(obj, { port: 443 }),
  ValidatingAdmissionPolicySpec: fail,
  MutatingAdmissionPolicySpec: fail,
  MatchResources: selectAll,
};
