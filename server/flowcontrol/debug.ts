/**
 * What flow control is doing right now, as tables: one row for a priority level, a queue, a request.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/apf_controller_debug.go, written by Go's text/tabwriter. There the
 * levels come in no order.
 */
import { formatGroupVersion } from '../apimachinery/types.ts';
import { formatDuration } from '../filters/duration.ts';
import type { PathRecorderMux } from '../mux/path-recorder-mux.ts';
import { writeText } from '../mux/write-text.ts';
import type { FlowController } from './flow-control.ts';
import type { PriorityLevelSnapshot, RequestSnapshot } from './snapshot.ts';

type Table = (string | number | boolean)[][];

const PRIORITY_LEVEL_COLUMNS = ['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests', 'DispatchedRequests', 'RejectedRequests', 'TimedoutRequests', 'CancelledRequests'];
const QUEUE_COLUMNS = ['PriorityLevelName', 'Index', 'PendingRequests', 'ExecutingRequests', 'SeatsInUse', 'NextDispatchR', 'InitialSeatsSum', 'MaxSeatsSum', 'TotalWorkSum'];
const REQUEST_COLUMNS = ['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime', 'InitialSeats', 'FinalSeats', 'AdditionalLatency', 'StartTime'];
const DETAIL_COLUMNS = ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'];

export function installFlowControlDebug(mux: PathRecorderMux, flowControl: FlowController): void {
  const tables: Record<string, (levels: PriorityLevelSnapshot[], includeRequestDetails: boolean) => Table> = {
    dump_priority_levels: dumpPriorityLevels,
    dump_queues: dumpQueues,
    dump_requests: dumpRequests,
  };
  for (const [name, table] of Object.entries(tables)) {
    mux.unlistedHandle(`/debug/api_priority_and_fairness/${name}`, function dump(req, res) {
      const includeRequestDetails = Boolean(new URLSearchParams(req.url.split('?')[1]).get('includeRequestDetails'));
      writeText(res, 200, tabulate(table(flowControl.snapshot(), includeRequestDetails)), { nosniff: false });
    });
  }
}

/** Nobody is ever counted as timed out: who has waited for too long is cancelled. */
function dumpPriorityLevels(levels: PriorityLevelSnapshot[]): Table {
  const rows = levels.map(({ name, queues, isIdle, isQuiescing, waiting, executing, dispatched, rejected, cancelled }) => {
    const active = queues.filter((queue) => queue.waiting.length > 0).length;
    return [name, active, isIdle, isQuiescing, waiting, executing, dispatched, rejected, 0, cancelled];
  });
  return [PRIORITY_LEVEL_COLUMNS, ...rows];
}

function dumpQueues(levels: PriorityLevelSnapshot[]): Table {
  const rows = levels.flatMap(({ name, queues }) =>
    queues.map(({ waiting, executing, seatsInUse, nextDispatchR, sum }, index) => [
      name, index, waiting.length, executing.length, seatsInUse, formatSeatSeconds(nextDispatchR), sum.initialSeats, sum.maxSeats, formatSeatSeconds(sum.totalWork),
    ]),
  );
  return [QUEUE_COLUMNS, ...rows];
}

/** -1 stands for no queue, and for the place of what executes. */
function dumpRequests(levels: PriorityLevelSnapshot[], details: boolean): Table {
  const rows = levels.flatMap(({ name, queues, queueless }) => [
    ...queues.flatMap(({ waiting, executing }, iq) => [
      ...waiting.map((request, ir) => requestRow(name, iq, ir, request, details)),
      ...executing.map((request) => requestRow(name, iq, -1, request, details)),
    ]),
    ...queueless.map((request) => requestRow(name, -1, -1, request, details)),
  ]);
  return [[...REQUEST_COLUMNS, ...(details ? DETAIL_COLUMNS : [])], ...rows];
}

function requestRow(priorityLevel: string, iq: number, ir: number, { flowSchema, distinguisher, userName, requestInfo: info, work, arrivalTime, startTime }: RequestSnapshot, details: boolean): Table[number] {
  const row = [priorityLevel, flowSchema, iq, ir, distinguisher, formatNano(arrivalTime), work.initialSeats, work.finalSeats, formatDuration(work.additionalLatency), formatNano(startTime)];
  if (!details) return row;
  const apiVersion = formatGroupVersion({ group: info.apiGroup, version: info.apiVersion });
  return [...row, userName, info.verb, info.path, info.namespace, info.name, apiVersion, info.resource, info.subresource];
}

const formatSeatSeconds = (work: number) => `${work.toFixed(8)}ss`;

/** As Go's RFC3339Nano: no zeros at the end. */
function formatNano(ms: number | undefined): string {
  return ms === undefined ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}

/** Commas, and blanks up to where the next column begins. */
function tabulate(table: Table): string {
  const rows = table.map((row) => row.map((cell, i) => (i < row.length - 1 ? `${cell},` : String(cell))));
  const widths = rows[0]?.map((_, i) => Math.max(8, ...rows.map((row) => row[i]!.length + 1))) ?? [];
  return rows.map((row) => `${row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]!) : cell)).join('')}\n`).join('');
}
