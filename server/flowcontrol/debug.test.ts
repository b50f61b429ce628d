import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import { resolver, testServer } from '../filters/testing.ts';
import { PathRecorderMux } from '../mux/path-recorder-mux.ts';
import { installFlowControlDebug } from './debug.ts';
import { FlowController } from './flow-control.ts';
import { VirtualClock } from './virtual-clock.test-util.ts';

const root = '/debug/api_priority_and_fairness';

/** An exempt request executes, one of alice's does, and another waits. */
async function dump(path: string): Promise<{ type: string | null; rows: string[][]; text: string; listed: string[] }> {
  const clock = new VirtualClock();
  await clock.advance(Date.UTC(2026, 0, 1));
  const flowControl = new FlowController({ clock, serverConcurrencyLimit: 5 });
  for (const object of [...(bootstrap.flowschemas ?? []), ...(bootstrap.prioritylevelconfigurations ?? [])]) {
    const isOnly = object.metadata.name === 'global-default' && object.kind === 'PriorityLevelConfiguration';
    if (isOnly) flowControl.upsert({ ...object, spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, borrowingLimitPercent: 0, limitResponse: { type: 'Queue', queuing: { queues: 2, handSize: 1, queueLengthLimit: 5 } } } } });
    else flowControl.upsert(object);
  }
  await clock.advance(1500);
  const url = '/api/v1/namespaces/n/pods/p/status';
  flowControl.startRequest(resolver.resolve('GET', url), { name: 'admin', groups: ['system:masters'] }, url);
  for (let i = 0; i < 2; i++) flowControl.startRequest(resolver.resolve('GET', url), { name: 'alice', groups: ['system:authenticated'] }, url);
  const mux = new PathRecorderMux();
  installFlowControlDebug(mux, flowControl);
  return testServer(createServer)({ filters: [], handler: mux.handler }, async (send) => {
    const { headers, text } = await send(root + path);
    return { type: headers.get('Content-Type'), rows: text.trimEnd().split('\n').map((row) => row.split(/, +/)), text, listed: mux.listedPaths() };
  });
}

test('shows a row for each priority level', async () => {
  const { type, rows, text, listed } = await dump('/dump_priority_levels');
  expect(type).toBe('text/plain; charset=utf-8');
  expect(listed).toEqual([]);
  expect(text.split('\n').slice(0, 3)).toEqual([
    'PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, CancelledRequests',
    'catch-all,         0,            true,   false,       0,               0,                 0,                  0,                0,                0',
    'exempt,            0,            false,  false,       0,               1,                 1,                  0,                0,                0',
  ]);
  expect(rows.find(([name]) => name === 'global-default')).toEqual(['global-default', '1', 'false', 'false', '1', '1', '1', '0', '0', '0']);
});

test('shows a row for each queue', async () => {
  const { rows } = await dump('/dump_queues');
  expect(rows[0]).toEqual(['PriorityLevelName', 'Index', 'PendingRequests', 'ExecutingRequests', 'SeatsInUse', 'NextDispatchR', 'InitialSeatsSum', 'MaxSeatsSum', 'TotalWorkSum']);
  expect(rows.filter(([name]) => name === 'global-default').toSorted((a, b) => Number(a[2]) - Number(b[2]))).toEqual([
    ['global-default', expect.any(String), '0', '0', '0', '0.00000000ss', '0', '0', '0.00000000ss'],
    ['global-default', expect.any(String), '1', '1', '1', '0.00300000ss', '1', '1', '0.00300000ss'],
  ]);
});

test('shows a row for each request', async () => {
  const { rows } = await dump('/dump_requests');
  expect(rows).toEqual([
    ['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime', 'InitialSeats', 'FinalSeats', 'AdditionalLatency', 'StartTime'],
    ['exempt', 'exempt', '-1', '-1', '', '2026-01-01T00:00:01.5Z', '1', '0', '0s', '2026-01-01T00:00:01.5Z'],
    ['global-default', 'global-default', expect.stringMatching(/^[01]$/), '0', 'alice', '2026-01-01T00:00:01.5Z', '1', '0', '0s', '0001-01-01T00:00:00Z'],
    ['global-default', 'global-default', expect.stringMatching(/^[01]$/), '-1', 'alice', '2026-01-01T00:00:01.5Z', '1', '0', '0s', '2026-01-01T00:00:01.5Z'],
  ]);
});

test('shows what requests are about where that is asked for', async () => {
  const { rows } = await dump('/dump_requests?includeRequestDetails=1');
  expect(rows.map((row) => row.slice(10))).toEqual([
    ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'],
    ['admin', 'get', '/api/v1/namespaces/n/pods/p/status', 'n', 'p', 'v1', 'pods', 'status'],
    ...Array<string[]>(2).fill(['alice', 'get', '/api/v1/namespaces/n/pods/p/status', 'n', 'p', 'v1', 'pods', 'status']),
  ]);
});
