/**
 * Rows of the other kinds of the legacy group.
 *
 * Upstream: pkg/printers/internalversion/printers.go.
 */
import { printPod } from './core-pods.ts';
import { condition, flag, isTrue, list, number, record, text } from './fields.ts';
import { type Cells, containerCells, formatLabels, orElse } from './format.ts';

const rolePrefix = 'node-role.kubernetes.io/';

function nodeRoles(labels: Record<string, unknown>): string {
  const roles = Object.entries(labels).map(([key, value]) => (key.startsWith(rolePrefix) ? key.slice(rolePrefix.length) : key === 'kubernetes.io/role' ? String(value) : ''));
  return [...new Set(roles.filter((role) => role !== ''))].sort().join(',');
}

function nodeStatus(node: unknown): string {
  const ready = condition(node, 'Ready');
  const status = ready === undefined ? 'Unknown' : isTrue(ready) ? 'Ready' : 'NotReady';
  return flag(node, 'spec.unschedulable') ? `${status},SchedulingDisabled` : status;
}

function nodeAddress(node: unknown, type: string): string {
  const found = list(node, 'status.addresses').find((each) => text(each, 'type') === type);
  return found === undefined ? '<none>' : text(found, 'address');
}

function quotaCells(quota: unknown): [string, string] {
  const used = record(quota, 'status.used');
  const entries = Object.entries(record(quota, 'status.hard')).sort(([a], [b]) => (a < b ? -1 : 1));
  const cell = (limits: boolean) =>
    entries
      .filter(([name]) => name.startsWith('limits.') === limits)
      .map(([name, hard]) => `${name}: ${String(used[name] ?? '0')}/${String(hard)}`)
      .join(', ');
  return [cell(false), cell(true)];
}

export const coreCells: Record<string, Cells> = {
  pods: printPod,

  namespaces: (obj, { name, age }) => [name, text(obj, 'status.phase'), age],

  configmaps: (obj, { name, age }) => [name, Object.keys(record(obj, 'data')).length + Object.keys(record(obj, 'binaryData')).length, age],

  secrets: (obj, { name, age }) => [name, text(obj, 'type'), Object.keys(record(obj, 'data')).length, age],

  serviceaccounts: (_obj, { name, age }) => [name, age],

  resourcequotas: (obj, { name, age }) => [name, ...quotaCells(obj), age],

  podtemplates: (obj, { name }) => [name, ...containerCells(obj, 'template.spec'), formatLabels(record(obj, 'template.metadata.labels'))],

  replicationcontrollers: (obj, { name, age }) => [
    name,
    number(obj, 'spec.replicas'),
    number(obj, 'status.replicas'),
    number(obj, 'status.readyReplicas'),
    age,
    ...containerCells(obj, 'spec.template.spec'),
    formatLabels(record(obj, 'spec.selector')),
  ],

  nodes: (obj, { name, age }) => {
    const info = (field: string) => text(obj, `status.nodeInfo.${field}`);
    const architecture = info('architecture');
    const kernel = orElse(info('kernelVersion'), '<unknown>') + (architecture === '' ? '' : ` (${architecture})`);
    return [
      name,
      nodeStatus(obj),
      orElse(nodeRoles(record(obj, 'metadata.labels')), '<none>'),
      age,
      info('kubeletVersion'),
      nodeAddress(obj, 'InternalIP'),
      nodeAddress(obj, 'ExternalIP'),
      orElse(info('osImage'), '<unknown>'),
      kernel,
      orElse(info('containerRuntimeVersion'), '<unknown>'),
    ];
  },

  componentstatuses: (obj, { name }) => {
    const healthy = list(obj, 'conditions').find((each) => text(each, 'type') === 'Healthy');
    const status = healthy === undefined ? 'Unknown' : isTrue(healthy) ? 'Healthy' : 'Unhealthy';
    return [name, status, text(healthy, 'message'), text(healthy, 'error')];
  },
};
