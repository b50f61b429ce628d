/**
 * Defaults of the admissionregistration group.
 *
 * Upstream: pkg/apis/admissionregistration/v1/defaults.go.
 */
import { setUnset } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

const selectAll = (obj: Fields) => setUnset(obj, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
const fail = (obj: Fields) => setUnset(obj, { failurePolicy: 'Fail' });

function webhook(obj: Fields): void {
  fail(obj);
  selectAll(obj);
  setUnset(obj, { timeoutSeconds: 10 });
}

const allScopes = (obj: Fields) => setUnset(obj, { scope: '*' });

export const admissionregistrationV1: Record<string, DefaultFunc> = {
  ValidatingWebhook: webhook,
  MutatingWebhook: (obj) => {
    webhook(obj);
    setUnset(obj, { reinvocationPolicy: 'Never' });
  },
  RuleWithOperations: allScopes,
  NamedRuleWithOperations: allScopes,
  ServiceReference: (obj) => setUnset(obj, { port: 443 }),
  ValidatingAdmissionPolicySpec: fail,
  MutatingAdmissionPolicySpec: fail,
  MatchResources: selectAll,
};
