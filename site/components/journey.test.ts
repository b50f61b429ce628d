import { describe, expect, test } from 'vitest';
import type { LabMessage, LabSpan } from '../../server/observe/lab/messages.ts';
import { JourneyLog } from './journey.ts';
import type { Write } from './journey.ts';
import { journeyView } from './view/journey.ts';
import { toHtml } from './view/h.ts';

const path = '/apis/apps/v1/namespaces/default/deployments/web';
let spanIds = 0;

function span(traceId: string, start: number, attributes: LabSpan['attributes']): LabMessage {
  return { type: 'span', stage: 's', span: { traceId, spanId: String(spanIds++), name: 'n', start, end: start + 1, attributes, events: [] } };
}

/** A request, and the transaction that it led to. */
function request(traceId: string, start: number, method: string, of: string, { agent = 'curl/8', revision, status = 200, user = 'admin' }: { agent?: string; revision?: number; status?: number; user?: string }): LabMessage[] {
  return [
    span(traceId, start, { 'http.request.method': method, 'url.path': of, 'url.full': of, 'user_agent.original': agent, 'http.response.status_code': status }),
    span(traceId, start, { 'snapshot.user': JSON.stringify({ name: user }) }),
    ...(revision === undefined ? [] : [span(traceId, start, { succeeded: true, revision })]),
  ];
}

function stored(key: string, modRevision: number, createRevision: number, json?: object): LabMessage {
  return { type: 'store', stage: 's', revision: modRevision, events: [{ type: json ? 'put' : 'delete', key: `/registry/${key}`, modRevision, createRevision, version: 1, value: '', ...(json && { json }) }] };
}

const told = (handler: string, revision: number, start: number) => span(`told ${start}`, start, { 'informer.handler': handler, 'informer.resource': 'x', 'object.resource_version': String(revision) });
const deployment = (more: object = {}) => ({ kind: 'Deployment', metadata: { name: 'web', uid: 'd' }, ...more });
const replicaSet = { kind: 'ReplicaSet', metadata: { name: 'web-1', uid: 'r', ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd' }] } };
const controller = { agent: 'kube-controller-manager/v1.36.2/deployment-controller', user: 'system:serviceaccount:kube-system:deployment-controller' };

function log(...messages: (LabMessage | LabMessage[])[]): JourneyLog {
  const made = new JourneyLog();
  for (const message of messages.flat()) made.take(message);
  return made;
}

const wording = ({ revision, deed, kind, name, request, heard, told }: Write) => `${revision ?? '-'} ${request?.who} ${deed} ${kind} ${name}${heard ? `, having heard of ${heard}` : ''}${told.length > 0 ? `, told to ${told.join(', ')}` : ''}`;

const story = () =>
  log(
    stored('deployments/default/other', 3, 3, { kind: 'Deployment', metadata: { name: 'other', uid: 'o' } }),
    ...request('t1', 10, 'POST', '/apis/apps/v1/namespaces/default/deployments', { revision: 4, status: 201 }),
    stored('deployments/default/web', 4, 4, deployment()),
    told('deployment-controller', 4, 20),
    ...request('t2', 30, 'POST', '/apis/apps/v1/namespaces/default/replicasets', { ...controller, revision: 5, status: 201 }),
    stored('replicasets/default/web-1', 5, 5, replicaSet),
    told('deployment-controller', 5, 40),
    told('kubelet', 5, 41),
    ...request('t3', 50, 'PUT', `${path}/status`, { ...controller, status: 409 }),
    ...request('t4', 60, 'PUT', `${path}/status`, { ...controller, revision: 6 }),
    stored('deployments/default/web', 6, 4, deployment({ status: { replicas: 1 } })),
  );

describe('the journey of an object', () => {
  test('has the writes to it and to what it owns, by whom, of what they had heard, and who was told', () => {
    expect(story().of(path, 't1').map(wording)).toEqual([
      '4 admin created Deployment web, told to deployment-controller',
      '5 deployment-controller created ReplicaSet web-1, having heard of 4, told to deployment-controller, kubelet',
      '- deployment-controller refused deployments web, having heard of 5',
      '6 deployment-controller changed Deployment web, having heard of 5',
    ]);
  });

  test('tells what each write changed', () => {
    expect(story().of(path, 't1').map(({ changes }) => changes)).toEqual([[], [{ path: 'metadata.ownerReferences[web]', after: 'Deployment web' }], [], [{ path: 'status.replicas', after: '1' }]]);
  });

  test('begins with the request that is named, and knows nothing of before', () => {
    expect(story().of(path, 't4').map(wording)).toEqual(['6 deployment-controller changed Deployment web']);
    expect(story().of(path, 'unknown')).toEqual([]);
  });

  test('ends with a deletion, and knows what was deleted', () => {
    const made = story();
    for (const message of [...request('t5', 70, 'DELETE', path, { revision: 7 }), stored('deployments/default/web', 7, 0)]) made.take(message);
    expect(made.of(path, 't5').map(wording)).toEqual(['7 admin deleted Deployment web']);
  });

  test('does not go on with another object of its name', () => {
    const made = story();
    made.take(stored('deployments/default/web', 7, 0));
    for (const message of [...request('t6', 80, 'POST', '/apis/apps/v1/namespaces/default/deployments', { revision: 8 }), stored('deployments/default/web', 8, 8, { ...deployment(), metadata: { name: 'web', uid: 'another' } })]) made.take(message);
    expect(made.of(path, 't6').map(wording)).toEqual(['8 admin created Deployment web']);
  });

  test('knows what there was before it began', () => {
    const before: LabMessage = { type: 'store', stage: 's', reset: true, revision: 4, events: [{ type: 'put', key: '/registry/deployments/default/web', modRevision: 4, createRevision: 4, version: 1, value: '', json: deployment() }] };
    const made = log(before, ...request('t', 5, 'PUT', path, { revision: 5 }), stored('deployments/default/web', 5, 4, deployment({ spec: { replicas: 2 } })));
    expect(made.of(path, 't').map(({ changes }) => changes)).toEqual([[{ path: 'spec.replicas', after: '2' }]]);
  });

  test('is drawn with the names of those who acted, and each write opens its trace', () => {
    const html = toHtml(journeyView(story().of(path, 't1'), { source: () => '#', upstream: () => undefined }));
    expect(html.match(/<li class="write"/g)).toHaveLength(4);
    expect(html).toContain('<span class="who" title="admin, curl/8">admin</span>');
    expect(html).toContain('<b>deployment-controller</b> and 1 other</summary><p>kubelet</p>');
    expect(html).toContain('<b> 409</b>');
    expect(html.match(/role="treegrid"/g)).toHaveLength(4);
  });
});
