/**
 * Rows of workloads, and of what keeps and scales them.
 *
 * Upstream: pkg/printers/internalversion/printers.go.
 */
import { parseGroupVersion } from '../../apimachinery/types.ts';
import { at, number, record, text } from './fields.ts';
import { type Cells, containerCells, formatDeploymentSelector, formatLabels, formatLabelSelector, formatResourceName } from './format.ts';

const podSpec = 'spec.template.spec';
const ready = (obj: unknown) => `${number(obj, 'status.readyReplicas')}/${number(obj, 'spec.replicas')}`;
const budget = (obj: unknown, path: string) => (at(obj, path) === undefined ? 'N/A' : text(obj, path));

export const appsCells: Record<string, Cells> = {
  'deployments.apps': (obj, { name, age }) => [
    name,
    ready(obj),
    number(obj, 'status.updatedReplicas'),
    number(obj, 'status.availableReplicas'),
    age,
    ...containerCells(obj, podSpec),
    formatDeploymentSelector(obj),
  ],

  'replicasets.apps': (obj, { name, age }) => [
    name,
    number(obj, 'spec.replicas'),
    number(obj, 'status.replicas'),
    number(obj, 'status.readyReplicas'),
    age,
    ...containerCells(obj, podSpec),
    formatLabelSelector(obj, 'spec.selector'),
  ],

  'statefulsets.apps': (obj, { name, age }) => [name, ready(obj), age, ...containerCells(obj, podSpec)],

  'daemonsets.apps': (obj, { name, age }) => [
    name,
    number(obj, 'status.desiredNumberScheduled'),
    number(obj, 'status.currentNumberScheduled'),
    number(obj, 'status.numberReady'),
    number(obj, 'status.updatedNumberScheduled'),
    number(obj, 'status.numberAvailable'),
    formatLabels(record(obj, `${podSpec}.nodeSelector`)),
    age,
    ...containerCells(obj, podSpec),
    formatLabelSelector(obj, 'spec.selector'),
  ],

  'controllerrevisions.apps': (obj, { name, age }) => {
    const owner = obj.metadata.ownerReferences?.find((each) => each.controller);
    const group = owner && (parseGroupVersion(owner.apiVersion)?.group ?? '');
    return [name, owner === undefined ? '<none>' : formatResourceName(group ?? '', owner.kind, owner.name), number(obj, 'revision'), age];
  },

  'poddisruptionbudgets.policy': (obj, { name, age }) => [
    name,
    budget(obj, 'spec.minAvailable'),
    budget(obj, 'spec.maxUnavailable'),
    number(obj, 'status.disruptionsAllowed'),
    age,
  ],
};

/** A Scale's own columns and cells, whatever resource it is of. */
export const scaleColumns = [
  { name: 'Name', type: 'string' },
  { name: 'Desired', type: 'integer' },
  { name: 'Available', type: 'integer' },
  { name: 'Age', type: 'string' },
];

export const printScale: Cells = (obj, { name, age }) => [name, number(obj, 'spec.replicas'), number(obj, 'status.replicas'), age];
