/**
 * Rows of who may do what, and of what the server asks before it does anything: roles' bindings, signing requests,
 * webhooks, admission policies, priorities.
 *
 * Upstream: pkg/printers/internalversion/printers.go, k8s.io/kube-aggregator/pkg/registry/apiservice/etcd/etcd.go.
 */
import { humanDuration } from './duration.ts';
import { at, condition, flag, isTrue, list, number, text } from './fields.ts';
import { type Cells, orElse } from './format.ts';
import { goLabelSelector } from './go-string.ts';

const binding: Cells = (obj, { name, age }) => {
  const subjects = list(obj, 'subjects');
  const named = (kind: string) => subjects.filter((each) => text(each, 'kind') === kind);
  const names = (kind: string) => named(kind).map((each) => text(each, 'name')).join(', ');
  const accounts = named('ServiceAccount').map((each) => `${text(each, 'namespace')}/${text(each, 'name')}`);
  return [name, `${text(obj, 'roleRef.kind')}/${text(obj, 'roleRef.name')}`, age, names('User'), names('Group'), accounts.join(', ')];
};

const webhooks: Cells = (obj, { name, age }) => [name, list(obj, 'webhooks').length, age];

const policy =
  (rules: string): Cells =>
  (obj, { name, age }) => {
    const kind = at(obj, 'spec.paramKind') ? `${text(obj, 'spec.paramKind.apiVersion')}/${text(obj, 'spec.paramKind.kind')}` : '<unset>';
    return [name, list(obj, rules).length, kind, age];
  };

/** Whether a parameter has a namespace cannot be told from a reference that names none. */
function paramRef(policyBinding: unknown): string {
  const name = text(policyBinding, 'spec.paramRef.name');
  if (name !== '') return `${orElse(text(policyBinding, 'spec.paramRef.namespace'), '*')}/${name}`;
  const selector = at(policyBinding, 'spec.paramRef.selector');
  return selector === undefined ? '<unset>' : goLabelSelector(selector);
}

const policyBinding: Cells = (obj, { name, age }) => [name, text(obj, 'spec.policyName'), paramRef(obj), age];

function requestStatus(request: unknown): string {
  const has = (type: string) => condition(request, type) !== undefined;
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [decision, ...(has('Failed') ? ['Failed'] : []), ...(text(request, 'status.certificate') === '' ? [] : ['Issued'])].join(',');
}

function availability(apiService: unknown): string {
  const available = condition(apiService, 'Available');
  const reason = text(available, 'reason');
  if (available === undefined) return 'Unknown';
  return isTrue(available) || reason === '' ? text(available, 'status') : `${text(available, 'status')} (${reason})`;
}

export const policyCells: Record<string, Cells> = {
  'rolebindings.rbac.authorization.k8s.io': binding,
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhooks,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhooks,
  'mutatingadmissionpolicies.admissionregistration.k8s.io': policy('spec.mutations'),
  'validatingadmissionpolicies.admissionregistration.k8s.io': policy('spec.validations'),
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': policyBinding,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': policyBinding,

  'certificatesigningrequests.certificates.k8s.io': (obj, { name, age }) => {
    const requested = at(obj, 'spec.expirationSeconds') === undefined ? '<none>' : humanDuration(number(obj, 'spec.expirationSeconds') * 1000);
    return [name, age, orElse(text(obj, 'spec.signerName'), '<none>'), text(obj, 'spec.username'), requested, requestStatus(obj)];
  },

  'apiservices.apiregistration.k8s.io': (obj, { name, age }) => {
    const service = at(obj, 'spec.service') ? `${text(obj, 'spec.service.namespace')}/${text(obj, 'spec.service.name')}` : 'Local';
    return [name, service, availability(obj), age];
  },

  'priorityclasses.scheduling.k8s.io': (obj, { name, age }) => [name, number(obj, 'value'), flag(obj, 'globalDefault'), age, text(obj, 'preemptionPolicy')],

  'flowschemas.flowcontrol.apiserver.k8s.io': (obj, { name, age }) => [
    name,
    text(obj, 'spec.priorityLevelConfiguration.name'),
    number(obj, 'spec.matchingPrecedence'),
    orElse(text(obj, 'spec.distinguisherMethod.type'), '<none>'),
    age,
    orElse(text(condition(obj, 'Dangling'), 'status'), '?'),
  ],

  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': (obj, { name, age }) => {
    const shares = at(obj, 'spec.limited') ? number(obj, 'spec.limited.nominalConcurrencyShares') : '<none>';
    const queuing = at(obj, 'spec.limited.limitResponse.queuing');
    const queue = ['queues', 'handSize', 'queueLengthLimit'].map((field) => (queuing ? number(queuing, field) : '<none>'));
    return [name, text(obj, 'spec.type'), shares, ...queue, age];
  },
};
