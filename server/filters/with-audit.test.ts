import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { addAuditAnnotation } from '../audit/context.ts';
import type { AuditEvent } from '../audit/event.ts';
import { newForbidden } from '../http/status.ts';
import { longRunningFunc } from './long-running.ts';
import { asUser, clock, given, recordingAudit, recordingLog, resolver, testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withAudit } from './with-audit.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withRequestReceivedTimestamp } from './with-request-received-timestamp.ts';

const serve = testServer(createServer);
const before = [
  withAuditInit(() => 'id'),
  withPanicRecovery(recordingLog()),
  withRequestReceivedTimestamp({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) }),
  withRequestInfo(resolver),
  asUser({ name: 'alice', groups: ['dev'] }),
];

test('tells who asked for what and how it ended', async () => {
  const audit = recordingAudit();
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)], handler: (req, res) => {
    addAuditAnnotation(req.ctx, 'k', 'v');
    addAuditAnnotation(req.ctx, 'k', 'later');
    res.status(201).end();
  } }, async (send) => {
    await send('/api/v1/namespaces/n/pods?x=1', { method: 'POST', headers: { 'User-Agent': 'me', 'X-Forwarded-For': '10.0.0.1, nonsense' } });
    await expect.poll(() => audit.events).toHaveLength(2);
    const received = '2026-01-02T03:04:05.006000Z';
    const [first, last] = audit.events;
    expect(first).toEqual({
      level: 'Metadata', auditID: 'id', stage: 'RequestReceived',
      requestURI: '/api/v1/namespaces/n/pods?x=1', verb: 'create', user: { username: 'alice', groups: ['dev'] },
      sourceIPs: ['10.0.0.1', '127.0.0.1'], userAgent: 'me', objectRef: { resource: 'pods', namespace: 'n', apiVersion: 'v1' },
      requestReceivedTimestamp: received, stageTimestamp: received,
    });
    expect(last).toMatchObject({ stage: 'ResponseComplete', responseStatus: { metadata: {}, code: 201 }, annotations: { k: 'v' } });
  });
});

test('tells of a watch when it starts, too', async () => {
  const audit = recordingAudit();
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)] }, async (send) => {
    await send('/api/v1/pods?watch=1');
    await expect.poll(() => audit.events.map((event) => event.stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
    expect(audit.events[1]?.responseStatus).toEqual({ metadata: {}, code: 200 });
  });
});

test.each([
  ['an answer with a Status', () => newForbidden({ group: '', resource: 'pods' }, '', 'no'), 'ResponseComplete', { status: 'Failure', reason: 'Forbidden', message: 'pods is forbidden: no', code: 403 }],
  ['a fault of the server', () => new Error('bug'), 'Panic', { status: 'Failure', reason: 'InternalError', message: "APIServer panic'd: bug", code: 500 }],
])('tells of %s', async (_what, makeError, stage, responseStatus) => {
  const audit = recordingAudit();
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)], handler: () => Promise.reject(makeError()) }, async (send) => {
    await send('/api/v1/pods');
    await expect.poll(() => audit.events[1]).toMatchObject({ stage, responseStatus });
  });
});

test('tells of a client that has gone before it was answered', async () => {
  const audit = recordingAudit();
  const gone = new AbortController();
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)], handler: () => gone.abort() }, async (send) => {
    await expect(send('/api/v1/pods', { signal: gone.signal })).rejects.toThrow();
    await expect.poll(() => audit.events[1]).toMatchObject({ stage: 'ResponseComplete', responseStatus: { message: 'Connection closed early' } });
  });
});

test('tells where the time went of a slow request', async () => {
  const audit = recordingAudit();
  const slow = { ...audit, clock: { now: () => clock.now() + 1000 } };
  const { LatencyTrackers } = await import('../http/latency-trackers.ts');
  const filters = [...before.slice(0, 2), withRequestReceivedTimestamp(clock), ...before.slice(3), given((req) => void (req.ctx.latency = new LatencyTrackers())), withAudit(slow, longRunningFunc)];
  await serve({ filters, handler: (req, res) => {
    req.ctx.latency?.track('etcd', 700);
    req.ctx.latency?.track('etcd', 200.5);
    res.end();
  } }, async (send) => {
    await send('/api/v1/pods');
    await expect.poll(() => audit.events[1]?.annotations).toMatchObject({ 'apiserver.latency.k8s.io/etcd': '900.5ms', 'apiserver.latency.k8s.io/total': expect.stringMatching(/^1(\.\d+)?s$/) });
  });
});

test('is silent where the policy says so', async () => {
  const audit = recordingAudit({ rules: [{ level: 'None', resources: [{ group: '', resources: ['pods'] }] }, { level: 'Metadata', omitStages: ['RequestReceived'] }] });
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)] }, async (send) => {
    await send('/api/v1/pods');
    await send('/api/v1/nodes');
    await expect.poll(() => audit.events).toMatchObject([{ stage: 'ResponseComplete', requestURI: '/api/v1/nodes' }]);
  });
});

test('an event is handed over before its client has the answer', async () => {
  const audit = recordingAudit();
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)] }, async (send) => {
    await send('/api/v1/pods');
    expect(audit.events.map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseComplete']);
  });
});

test.each([['at once', false], ['later', Promise.resolve(false)]])('a request whose first event is refused, %s, is not served', async (_when, refused) => {
  const audit = { ...recordingAudit(), sink: { processEvents: () => refused } };
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)] }, async (send) => {
    expect(await send('/api/v1/pods?a=1')).toMatchObject({ status: 500, text: 'Internal Server Error: "/api/v1/pods?a=1": failed to store audit event\n' });
  });
});

test('a request waits until its first event is where it should be', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asked: string[] = [];
  const audit = { ...recordingAudit(), sink: { processEvents: ({ stage }: AuditEvent) => (asked.push(stage), promise) } };
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)], handler: (_req, res) => void (asked.push('served'), res.end()) }, async (send) => {
    const answer = send('/api/v1/pods');
    await expect.poll(() => asked).toEqual(['RequestReceived']);
    resolve(true);
    expect((await answer).status).toBe(200);
    expect(asked).toEqual(['RequestReceived', 'served', 'ResponseComplete']);
  });
});

test('a later event that is refused does no harm', async () => {
  const stages: string[] = [];
  const audit = { ...recordingAudit(), sink: { processEvents: ({ stage }: AuditEvent) => stages.push(stage) === 1 } };
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)] }, async (send) => {
    expect((await send('/api/v1/pods?watch=1')).status).toBe(200);
    expect(stages).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
  });
});

test('a watch that is refused starts its answer, too, and one that panics does not', async () => {
  const audit = recordingAudit();
  const errors = [newForbidden({ group: '', resource: 'pods' }, '', 'no'), new Error('bug')];
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)], handler: () => Promise.reject(errors.shift() ?? new Error()) }, async (send) => {
    await send('/api/v1/pods?watch=1');
    await send('/api/v1/pods?watch=1');
    expect(audit.events.map(({ stage, responseStatus }) => [stage, responseStatus?.code])).toEqual([
      ['RequestReceived', undefined], ['ResponseStarted', 403], ['ResponseComplete', 403], ['RequestReceived', undefined], ['Panic', 500],
    ]);
  });
});

test('a fault after the answer has begun is a panic, too', async () => {
  const audit = recordingAudit();
  await serve({ filters: [...before, withAudit(audit, longRunningFunc)], handler: async (_req, res) => {
    await new Promise<void>((resolve) => void res.write('half', () => resolve()));
    throw new Error('bug');
  } }, async (send) => {
    await expect(send('/api/v1/pods')).rejects.toThrow();
    await expect.poll(() => audit.events).toMatchObject([{ stage: 'RequestReceived' }, { stage: 'Panic', responseStatus: { message: "APIServer panic'd: bug", code: 500 } }]);
  });
});

test('notes nothing where there is no audit log', () =>
  serve({ filters: [...before, withAudit(undefined, longRunningFunc)], handler: (req, res) => void res.end(String(req.ctx.audit)) }, async (send) => {
    expect((await send('/api/v1/pods')).text).toBe('undefined');
  }));
