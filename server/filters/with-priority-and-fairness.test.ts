import { createServer } from 'node:http';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { FlowController } from '../flowcontrol/flow-control.ts';
import { VirtualClock, settled } from '../flowcontrol/virtual-clock.test-util.ts';
import type { Filter } from './filter.ts';
import { longRunningFunc } from './long-running.ts';
import { given, resolver, testServer } from './testing.ts';
import type { Answer } from './testing.ts';
import { withPriorityAndFairness } from './with-priority-and-fairness.ts';
import { withRequestDeadline } from './with-request-deadline.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withRequestReceivedTimestamp } from './with-request-received-timestamp.ts';

const serve = testServer(createServer);
const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
const rules = [{
  subjects: [{ kind: 'Group', group: { name: 'queued' } }],
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
}];
const schema: KubeObject = { apiVersion, kind: 'FlowSchema', metadata: { name: 'queued', uid: 'flow-uid' }, spec: { priorityLevelConfiguration: { name: 'queued' }, matchingPrecedence: 50, distinguisherMethod: { type: 'ByUser' }, rules } };
const level: KubeObject = {
  apiVersion, kind: 'PriorityLevelConfiguration', metadata: { name: 'queued', uid: 'level-uid' },
  spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, borrowingLimitPercent: 0, limitResponse: { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 2 } } } },
};

interface Harness {
  clock: VirtualClock;
  flowControl: FlowController;
  /** The answers that are held back. */
  held: Response[];
  send(path: string, init?: RequestInit): Promise<Answer>;
  state(): { executing: number; waiting: number; cancelled: number };
}

const hold = { headers: { Hold: 'yes' } };

/** A server whose level `queued` has one seat and one queue for two. */
function withOneSeat(use: (h: Harness) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  const flowControl = new FlowController({ clock, serverConcurrencyLimit: 2 });
  flowControl.upsert(level);
  flowControl.upsert(schema);
  const held: Response[] = [];
  const filters = [
    withRequestReceivedTimestamp(clock),
    withRequestInfo(resolver),
    withRequestDeadline(longRunningFunc, 40_000, clock, undefined),
    given((req) => void (req.ctx.user = { name: 'u', groups: [req.get('Group') ?? 'queued'] })),
    withPriorityAndFairness(flowControl, longRunningFunc, 15_000),
  ];
  const handler: Filter = (req, res) => {
    if (req.headers.initialized) req.ctx.watchInitialized?.();
    if (req.headers.hold) held.push(res);
    else res.end('handled');
  };
  const state = () => flowControl.snapshot().find(({ name }) => name === 'queued')!;
  return serve({ filters, handler }, async (send) => {
    await use({ clock, flowControl, held, send, state });
    for (const res of held) res.end();
  });
}

test.each([
  ['/api/v1/pods', 'queued', 'flow-uid', 'level-uid'],
  ['/api/v1/pods?watch=1', 'queued', 'flow-uid', 'level-uid'],
  // the mandatory ones, as long as there are no objects of them
  ['/api/v1/pods', 'system:masters', '', ''],
  ['/version', 'queued', '', ''],
  ['/api/v1/namespaces/n/pods/p/exec', 'queued', null, null],
])('tells of %s by %s which flow it belongs to', (path, group, flow, priorityLevel) =>
  withOneSeat(async ({ send }) => {
    const { headers, text } = await send(path, { headers: { Group: group } });
    expect([text, headers.get('X-Kubernetes-PF-FlowSchema-UID'), headers.get('X-Kubernetes-PF-PriorityLevel-UID')]).toEqual(['handled', flow, priorityLevel]);
  }));

test('lets requests on one after the other, and refuses what finds the queue full', () =>
  withOneSeat(async ({ held, send, state }) => {
    const first = send('/api/v1/pods', hold);
    await expect.poll(() => held).toHaveLength(1);
    const [second, third] = [send('/api/v1/pods'), send('/api/v1/pods')];
    await expect.poll(() => state().waiting).toBe(2);
    const refused = await send('/api/v1/pods');
    expect(refused.status).toBe(429);
    expect(refused.text).toBe('Too many requests, please try again later.\n');
    expect(Object.fromEntries(refused.headers)).toMatchObject({ 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8', 'x-kubernetes-pf-flowschema-uid': 'flow-uid' });
    held[0]?.end('let go');
    expect((await Promise.all([first, second, third])).map(({ status, text }) => [status, text])).toEqual([[200, 'let go'], [200, 'handled'], [200, 'handled']]);
    await expect.poll(() => state()).toMatchObject({ executing: 0, waiting: 0, seatsInUse: 0, dispatched: 3, rejected: 1, cancelled: 0 });
  }));

test.each<[string, string, number]>([
  ['a fourth of the time that it has', '/api/v1/pods', 10_000],
  ['a fourth of the time that its client gives it', '/api/v1/pods?timeout=8s', 2000],
  ['the default, where it may last', '/api/v1/pods?watch=1', 15_000],
])('lets a request wait for %s', (_what, path, limit) =>
  withOneSeat(async ({ clock, held, send, state }) => {
    const first = send('/api/v1/pods', hold);
    await expect.poll(() => held).toHaveLength(1);
    const waiting = send(path);
    await expect.poll(() => state().waiting).toBe(1);
    await clock.advance(limit - 1);
    expect(state()).toMatchObject({ waiting: 1, cancelled: 0 });
    await clock.advance(1);
    expect((await waiting).status).toBe(429);
    expect(state()).toMatchObject({ executing: 1, waiting: 0, rejected: 1, cancelled: 1 });
    held[0]?.end();
    await first;
  }));

test('forgets a client that goes away while it waits', () =>
  withOneSeat(async ({ held, send, state }) => {
    const first = send('/api/v1/pods', hold);
    await expect.poll(() => held).toHaveLength(1);
    const gone = new AbortController();
    const waiting = send('/api/v1/pods', { signal: gone.signal });
    await expect.poll(() => state().waiting).toBe(1);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => state()).toMatchObject({ waiting: 0, cancelled: 1 });
    held[0]?.end();
    await first;
    await expect.poll(() => state().executing).toBe(0);
  }));

test('gives back the seat of a client that goes away while it is answered', () =>
  withOneSeat(async ({ held, send, state }) => {
    const gone = new AbortController();
    const first = send('/api/v1/pods', { ...hold, signal: gone.signal });
    await expect.poll(() => held).toHaveLength(1);
    gone.abort();
    await expect(first).rejects.toThrow();
    await expect.poll(() => state()).toMatchObject({ executing: 0, seatsInUse: 0 });
  }));

test('gives back the seat of a client that goes away before it has come this far', () => {
  const clock = new VirtualClock();
  const flowControl = new FlowController({ clock, serverConcurrencyLimit: 2 });
  const gone = new AbortController();
  const leave: Filter = (req, _res, next) => {
    req.ctx.user = { name: 'u', groups: [] };
    req.ctx.onAbort(() => next());
    gone.abort();
  };
  const states = () => flowControl.snapshot().filter(({ dispatched }) => dispatched > 0);
  return serve({ filters: [withRequestReceivedTimestamp(clock), withRequestInfo(resolver), leave, withPriorityAndFairness(flowControl, longRunningFunc, 15_000)] }, async (send) => {
    await expect(send('/api/v1/pods', { signal: gone.signal })).rejects.toThrow();
    await expect.poll(states).toMatchObject([{ executing: 0, seatsInUse: 0, dispatched: 1 }]);
  });
});

test('a watch takes its seat until its initial events are on their way, and counts as watching until its end', () =>
  withOneSeat(async ({ flowControl, held, send, state }) => {
    const info = resolver.resolve('POST', '/api/v1/pods');
    const watch = send('/api/v1/pods?watch=1', { headers: { Hold: 'yes', Initialized: 'yes' } });
    await expect.poll(() => held).toHaveLength(1);
    expect(state()).toMatchObject({ executing: 0, seatsInUse: 0 });
    expect(flowControl.watches.getInterestedWatchCount(info)).toBe(1);
    expect((await send('/api/v1/pods')).status).toBe(200);
    held[0]?.end();
    await watch;
    await expect.poll(() => flowControl.watches.getInterestedWatchCount(info)).toBe(0);
  }));

test('a watch that never comes to that gives its seat back at its end', () =>
  withOneSeat(async ({ held, send, state }) => {
    const watch = send('/api/v1/pods?watch=1', hold);
    await expect.poll(() => held).toHaveLength(1);
    expect(state()).toMatchObject({ executing: 1, seatsInUse: 1 });
    held[0]?.end();
    await watch;
    await expect.poll(() => state()).toMatchObject({ executing: 0, seatsInUse: 0 });
  }));

test('nothing that may do anything ever waits', () =>
  withOneSeat(async ({ held, send }) => {
    const busy = Array.from({ length: 5 }, () => send('/api/v1/pods', { headers: { Hold: 'yes', Group: 'system:masters' } }));
    await expect.poll(() => held).toHaveLength(5);
    expect((await send('/api/v1/pods', { headers: { Group: 'system:masters' } })).text).toBe('handled');
    for (const res of held) res.end();
    await Promise.all(busy);
  }));

test('asks those that it refuses again and again to stay away for longer', () =>
  withOneSeat(async ({ clock, held, send, state }) => {
    await clock.advance(1_000_000);
    const requests = Array.from({ length: 3 }, () => send('/api/v1/pods', hold));
    await expect.poll(() => state()).toMatchObject({ executing: 1, waiting: 2 });
    const retryAfters: (string | null)[] = [];
    for (let second = 0; second < 3; second++) {
      for (let i = 0; i < 8; i++) retryAfters.push((await send('/api/v1/pods')).headers.get('Retry-After'));
      await clock.advance(1000);
    }
    expect([retryAfters[0], retryAfters[8], retryAfters[16]]).toEqual(['1', '2', '2']);
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => held).toHaveLength(i + 1);
      held[i]?.end();
    }
    await Promise.all(requests);
    await settled();
  }));
