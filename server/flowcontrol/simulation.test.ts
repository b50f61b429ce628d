/** Clients against the filter and the queues as they are, in a time of its own: what is asserted is latencies of that time. */
import { createServer } from 'node:http';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { Filter } from '../filters/filter.ts';
import { longRunningFunc } from '../filters/long-running.ts';
import { given, resolver, testServer } from '../filters/testing.ts';
import { withPriorityAndFairness } from '../filters/with-priority-and-fairness.ts';
import { withRequestInfo } from '../filters/with-request-info.ts';
import { Cancellation } from '../http/cancellation.ts';
import { RequestContext } from '../http/context.ts';
import { FlowController } from './flow-control.ts';
import { VirtualClock } from './virtual-clock.test-util.ts';

const { flowschemas = [], prioritylevelconfigurations = [] } = bootstrap;
const firstObjects: KubeObject[] = [...flowschemas, ...prioritylevelconfigurations];
const tracer = trace.getTracer('test');
const AUTHENTICATED = 'system:authenticated';
const SERVICE_TIME = 10;

interface Client {
  user: UserInfo;
  request: string;
  connections: number;
  /** Between an answer and the next request. */
  thinkTime: number;
  latencies: number[];
  refused: number;
}
const client = (name: string, groups: string[], request: string, connections: number, thinkTime: number): Client => ({ user: { name, groups: [...groups, AUTHENTICATED] }, request, connections, thinkTime, latencies: [], refused: 0 });

/** Each request that is let on takes the same time. */
async function simulate(clients: Client[], objects: KubeObject[], ms = 10_000): Promise<FlowController> {
  const clock = new VirtualClock();
  const flowControl = new FlowController({ clock, serverConcurrencyLimit: 60 });
  for (const object of objects) flowControl.upsert(object);
  const stopped = new AbortController();
  flowControl.run(stopped.signal);
  const filter = withPriorityAndFairness(flowControl, longRunningFunc, 15_000);

  function send(each: Client): void {
    const [method = '', url = ''] = each.request.split(' ');
    const from = clock.now();
    const ctx = Object.assign(new RequestContext(new Cancellation(), tracer, tracer.startSpan('request', {}, ROOT_CONTEXT)), { requestInfo: resolver.resolve(method, url), user: each.user, requestReceivedTimestamp: from });
    const headers = new Map<string, string>();
    // as much of both as the filter looks at
    const req = { ctx, url } as unknown as Request;
    const res = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader: () => undefined, end } as unknown as Response;
    void filter(req, res, () => void clock.after(SERVICE_TIME, end));

    function end(): void {
      ctx.runDeferred();
      const retryAfter = headers.get('Retry-After');
      if (retryAfter === undefined) each.latencies.push(clock.now() - from);
      else each.refused++;
      clock.after(retryAfter === undefined ? each.thinkTime : Number(retryAfter) * 1000, () => send(each));
    }
  }
  for (const each of clients) for (let i = 0; i < each.connections; i++) clock.after(0, () => send(each));
  await clock.advance(ms);
  stopped.abort();
  return flowControl;
}

const percentile = (values: number[], part: number) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1]!;
const newClients = () => ({
  quiet: client('quiet', [], 'GET /api/v1/namespaces/n/pods/p', 1, 30),
  noisy: client('noisy', [], 'GET /api/v1/namespaces/n/pods/p', 100, 0),
});

test('at one level a noisy client with 100 connections costs a quiet one at most twice its latency', async () => {
  const { quiet: alone } = newClients();
  await simulate([alone], firstObjects);
  expect(percentile(alone.latencies, 1)).toBe(SERVICE_TIME);

  const { quiet, noisy } = newClients();
  await simulate([quiet, noisy], firstObjects);
  expect(quiet.refused).toBe(0);
  expect(percentile(quiet.latencies, 0.99)).toBeLessThanOrEqual(2 * percentile(alone.latencies, 0.5));
  // who wants more gets all that the others leave
  expect(noisy.latencies.length).toBeGreaterThan(20 * quiet.latencies.length);
});

test('where all wait in one queue, it costs many times that', async () => {
  const { quiet, noisy } = newClients();
  const line = { queues: 1, handSize: 1, queueLengthLimit: 6400 };
  const inLine = firstObjects.map((object) => {
    const copy = structuredClone(object);
    const limited = (copy.spec as { limited?: object }).limited;
    if (copy.metadata.name === 'global-default' && limited) Object.assign(limited, { borrowingLimitPercent: 0, limitResponse: { type: 'Queue', queuing: line } });
    return copy;
  });
  await simulate([quiet, noisy], inLine);
  expect(percentile(quiet.latencies, 0.5)).toBeGreaterThan(5 * SERVICE_TIME);
});

test('system traffic does not notice what goes on at other levels', async () => {
  const { noisy } = newClients();
  const robot = client('system:serviceaccount:ns:robot', ['system:serviceaccounts', 'system:serviceaccounts:ns'], 'GET /api/v1/pods', 100, 0);
  const system = [
    client('admin', ['system:masters'], 'GET /api/v1/pods', 3, 20),
    client('system:kube-controller-manager', [], 'PUT /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kcm', 1, 20),
    client('system:node:one', ['system:nodes'], 'PATCH /api/v1/nodes/one/status', 2, 20),
    client('system:node:one', ['system:nodes'], 'GET /api/v1/namespaces/n/configmaps/c', 2, 20),
    client('system:kube-scheduler', [], 'GET /api/v1/pods', 2, 20),
  ];
  const flowControl = await simulate([noisy, robot, ...system], firstObjects);
  for (const { user, latencies, refused } of system) {
    expect([user.name, refused, percentile(latencies, 1)]).toEqual([user.name, 0, SERVICE_TIME]);
    expect(latencies.length).toBeGreaterThan(300);
  }
  const level = (name: string) => flowControl.snapshot().find((each) => each.name === name)!;
  for (const name of ['global-default', 'workload-low']) expect(level(name).waiting).toBeGreaterThan(0);
});

test('over sockets, a quiet request passes those that wait', async () => {
  const flowControl = new FlowController({ clock: Date, serverConcurrencyLimit: 60 });
  for (const object of firstObjects) flowControl.upsert(object);
  const level = () => flowControl.snapshot().find(({ name }) => name === 'global-default')!;
  const overtaken: number[] = [];
  const waiting: number[] = [];
  let letOn = 0;
  const arrive: Filter = given((req) => {
    const name = req.get('User') ?? '';
    req.ctx.requestReceivedTimestamp = Date.now();
    req.ctx.user = { name, groups: [AUTHENTICATED] };
    if (name === 'quiet') waiting.push(level().waiting);
    Object.assign(req, { before: letOn });
  });
  const handler: Filter = (req, res) => {
    if (req.ctx.user?.name === 'quiet') overtaken.push(letOn - (req as Request & { before: number }).before);
    else letOn++;
    setTimeout(() => res.end(), 5);
  };
  const filters = [withRequestInfo(resolver), arrive, withPriorityAndFairness(flowControl, longRunningFunc, 15_000)];
  await testServer(createServer)({ filters, handler }, async (send) => {
    let isOver = false;
    const noisy = Array.from({ length: 100 }, async () => {
      while (!isOver) await send('/api/v1/pods', { headers: { User: 'noisy' } });
    });
    for (let i = 0; i < 30; i++) await send('/api/v1/pods', { headers: { User: 'quiet' } });
    isOver = true;
    await Promise.all(noisy);
  });
  expect(percentile(waiting, 0.5)).toBeGreaterThan(50);
  expect(overtaken).toHaveLength(30);
  // no more than have a seat at once
  expect(percentile(overtaken, 0.5)).toBeLessThanOrEqual(level().limits.current);
});
