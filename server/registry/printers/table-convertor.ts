/**
 * Gives objects of a resource their rows and columns, as `kubectl get` prints them. A resource that nothing is known
 * about has its name and when it was made.
 *
 * Upstream: pkg/printers/tablegenerator.go, pkg/printers/storage/storage.go,
 * k8s.io/apiserver/pkg/registry/rest/table.go. Leaves out the columns' descriptions.
 */
import columns from '../../apimachinery/facts/table-columns.json' with { type: 'json' };
import type { TableColumnFacts } from '../../apimachinery/facts/facts.ts';
import type { GroupVersionResource, KubeList, KubeObject } from '../../apimachinery/types.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import type { Clock } from '../../http/context.ts';
import type { Table, TableConvertor } from '../rest.ts';
import { appsCells, printScale, scaleColumns } from './apps.ts';
import { autoscalingCells } from './autoscaling.ts';
import { batchCells } from './batch.ts';
import { podConditions } from './core-pods.ts';
import { serviceCells } from './core-services.ts';
import { volumeCells } from './core-volumes.ts';
import { coreCells } from './core.ts';
import { translateTimestampSince } from './duration.ts';
import { eventCells } from './events.ts';
import { number } from './fields.ts';
import type { Cells } from './format.ts';
import { networkingCells } from './networking.ts';
import { nodeCells } from './node.ts';
import { policyCells } from './policy.ts';

/** How an object becomes a row, by group resource. */
const cellsByResource: Record<string, Cells> = {
  ...coreCells,
  ...serviceCells,
  ...volumeCells,
  ...eventCells,
  ...appsCells,
  ...autoscalingCells,
  ...batchCells,
  ...networkingCells,
  ...nodeCells,
  ...policyCells,
};

const defaultColumns: TableColumnFacts[] = [
  { name: 'Name', type: 'string', format: 'name' },
  { name: 'Created At', type: 'date' },
];

const defaultCells: Cells = (obj, { name }) => [name, obj.metadata.creationTimestamp ?? '0001-01-01T00:00:00Z'];

/** Conditions of rows, for the resources that mark some. */
const rowConditions: Record<string, (obj: KubeObject) => object[] | undefined> = { pods: podConditions };

/** Flow schemas are listed in the order in which they are tried. */
const rowOrder: Record<string, (a: KubeObject, b: KubeObject) => number> = {
  'flowschemas.flowcontrol.apiserver.k8s.io': (a, b) =>
    number(a, 'spec.matchingPrecedence') - number(b, 'spec.matchingPrecedence') || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1),
};

export function newTableConvertor(gvr: GroupVersionResource, clock: Clock): TableConvertor {
  const resource = formatGroupResource(gvr);
  const own = columns[`${gvr.resource}.${gvr.version}${gvr.group === '' ? '' : `.${gvr.group}`}`] ?? defaultColumns;
  const cells = cellsByResource[resource] ?? defaultCells;
  const conditionsOf = rowConditions[resource];
  const order = rowOrder[resource];

  function rowOf(obj: KubeObject, now: number): Table['rows'][number] {
    const since = (timestamp: string | null | undefined) => translateTimestampSince(timestamp, now);
    const { name = '', creationTimestamp } = obj.metadata;
    const conditions = conditionsOf?.(obj);
    const print = obj.kind === 'Scale' ? printScale : cells;
    return { cells: print(obj, { name, age: since(creationTimestamp), since, now }), ...(conditions && { conditions }), object: obj };
  }

  return {
    convertToTable(obj, { noHeaders }) {
      const objects = isList(obj) ? obj.items : [obj];
      const now = clock.now();
      const shown = obj.kind === 'Scale' ? scaleColumns : own;
      return {
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        metadata: tableMeta(obj),
        columnDefinitions: noHeaders ? null : shown.map(columnDefinition),
        rows: (order ? objects.toSorted(order) : objects).map((each) => rowOf(each, now)),
      };
    },
  };
}

function isList(obj: KubeObject | KubeList): obj is KubeList {
  return obj.kind.endsWith('List') && Array.isArray(obj.items);
}

function tableMeta(obj: KubeObject | KubeList): Table['metadata'] {
  const { resourceVersion } = obj.metadata;
  const { continue: next, remainingItemCount } = isList(obj) ? obj.metadata : {};
  return { ...(resourceVersion && { resourceVersion }), ...(next && { continue: next }), ...(remainingItemCount !== undefined && { remainingItemCount }) };
}

function columnDefinition({ name, type, format = '', priority = 0 }: TableColumnFacts) {
  return { name, type, format, description: '', priority };
}
