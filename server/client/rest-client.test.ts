import { describe, expect, test } from 'vitest';
import { StatusError } from '../http/status.ts';
import { newRESTClient } from './rest-client.ts';
import { newFakeClock } from './testing/fake-clock.ts';
import { newCluster } from './testing/cluster.ts';
import { eventually } from './testing/eventually.ts';
import type { HTTPRequest, HTTPResponse } from './transport.ts';

const PODS = { group: '', version: 'v1', resource: 'pods' };
const LEASES = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' };
const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a', namespace: 'b' } };

function answering(...answers: { status: number; headers?: [string, string][]; body?: unknown }[]) {
  const requests: HTTPRequest[] = [];
  const clock = newFakeClock();
  const transport = async (request: HTTPRequest): Promise<HTTPResponse> => {
    requests.push(request);
    const { status, headers = [], body = {} } = answers[Math.min(requests.length, answers.length) - 1]!;
    return { status, headers, body: new Response(typeof body === 'string' ? body : JSON.stringify(body)).body };
  };
  return { requests, clock, client: newRESTClient({ transport, userAgent: 'test', clock }) };
}

describe('a request', () => {
  test.each([
    ['of the legacy group', () => answering({ status: 200, body: { kind: 'PodList', items: [] } }), PODS, '', '/api/v1/pods'],
    ['of another group', () => answering({ status: 200, body: { kind: 'LeaseList', items: [] } }), LEASES, '', '/apis/coordination.k8s.io/v1/leases'],
    ['in a namespace', () => answering({ status: 200, body: { kind: 'PodList', items: [] } }), PODS, 'ns', '/api/v1/namespaces/ns/pods'],
  ])('%s goes where the resource is', async (_what, make, resource, namespace, path) => {
    const { client, requests } = make();
    await client.resource(resource, namespace).list();
    expect(requests.map((each) => each.path)).toEqual([path]);
  });

  test('says what it lists and how it patches', async () => {
    const { client, requests } = answering({ status: 200, body: { kind: 'PodList', items: [] } });
    const pods = client.resource(PODS, 'ns');
    await pods.list({ labelSelector: 'a in (b,c)', limit: 500, resourceVersion: '' });
    await pods.patch('x', 'merge-patch', { metadata: {} }, 'status');
    expect(requests[0]?.path).toBe('/api/v1/namespaces/ns/pods?labelSelector=a+in+%28b%2Cc%29&limit=500');
    expect(requests[1]).toMatchObject({ method: 'PATCH', path: '/api/v1/namespaces/ns/pods/x/status', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"metadata":{}}' });
  });

  test.each([429, 500, 503, 504])('answered %i with a time to come again is sent again then', async (status) => {
    const { client, clock, requests } = answering({ status, headers: [['Retry-After', '3']] }, { status: 200, body: { kind: 'PodList', items: [] } });
    const list = client.resource(PODS).list();
    await eventually(() => clock.waiters() === 1);
    expect(requests).toHaveLength(1);
    clock.step(3000);
    await list;
    expect(requests).toHaveLength(2);
  });

  test('is not sent for ever', async () => {
    const { client, clock, requests } = answering({ status: 429, headers: [['Retry-After', '1']] });
    const list = client.resource(PODS).list().catch((err: unknown) => err);
    await eventually(() => requests.length === 11, () => clock.step(1000));
    expect(await list).toMatchObject({ status: { code: 429, reason: 'TooManyRequests' } });
  });

  test.each([
    [{ kind: 'Status', code: 404, reason: 'NotFound', message: 'pods "x" not found' }, 404, 'NotFound', 'pods "x" not found'],
    ['<html>no</html>', 502, '', 'the server answered 502: <html>no</html>'],
    ['{"kind":"Sta', 500, 'InternalError', 'the server answered 500: {"kind":"Sta'],
    ['', 409, 'Conflict', 'the server answered 409'],
  ])('that fails is an error with its status: %j', async (body, status, reason, message) => {
    const { client } = answering({ status, body });
    const err = await client.resource(PODS, 'ns').get('x').catch((thrown: unknown) => thrown);
    expect(err).toBeInstanceOf(StatusError);
    expect(err).toMatchObject({ message, status: { code: status, reason } });
  });
});

test('a client reads what it has written, with the kind in lists, and loses against who wrote first', async () => {
  const { client } = await newCluster();
  const leases = client.resource(LEASES, 'default');
  const made = await leases.create({ ...lease, metadata: { name: 'a', namespace: 'default' } });
  expect((await leases.list()).items).toEqual([expect.objectContaining({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' })]);
  await leases.update({ ...made, spec: { holderIdentity: 'one' } });
  await expect(leases.update({ ...made, spec: { holderIdentity: 'two' } })).rejects.toMatchObject({ status: { reason: 'Conflict' } });
  await leases.delete('a', { preconditions: { uid: made.metadata.uid ?? '' } });
  await expect(leases.get('a')).rejects.toMatchObject({ status: { reason: 'NotFound' } });
});

test('a client that asks for metadata gets nothing else', async () => {
  const { transport } = await newCluster();
  const client = newRESTClient({ transport, userAgent: 'test', metadataOnly: true });
  const namespaces = client.resource({ group: '', version: 'v1', resource: 'namespaces' });
  const { items } = await namespaces.list();
  expect(items[0]).toEqual({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: expect.objectContaining({ name: 'default' }) });
  expect((await client.resource(LEASES, 'default').list()).items).toEqual([]);
  const watch = await namespaces.watch({ resourceVersion: '0' });
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { kind: 'PartialObjectMetadata' } });
  watch.stop();
});
