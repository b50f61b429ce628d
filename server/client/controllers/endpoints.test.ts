/** Both forms in which it is written down who stands behind a Service. */
import { describe, expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { NAMESPACE, pod, service } from '../testing/objects.ts';
import { ENDPOINTS, ENDPOINT_SLICES, PODS, SERVICES } from './resources.ts';
import type { Endpoint } from './service-types.ts';
import type { Pod, PodStatus } from './types.ts';

async function start() {
  const cluster = await newControlledCluster(['serviceaccount-controller', 'endpointslice-controller', 'endpoints-controller']);
  const { client, eventually } = cluster;
  const pods = client.resource(PODS, NAMESPACE);
  const run = async (made: Pod, ip: string, ready = true) => {
    const there = await eventually(() => pods.create({ ...made, spec: { ...made.spec, nodeName: 'node-1' } }));
    const status: PodStatus = { ...there.status, phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
    return pods.updateStatus({ ...there, status });
  };
  const slices = async (name: string) => (await client.resource(ENDPOINT_SLICES, NAMESPACE).list({ labelSelector: `kubernetes.io/service-name=${name}` })).items;
  const endpoints = (name: string) => client.resource(ENDPOINTS, NAMESPACE).get(name);
  const addresses = async (name: string) => (await slices(name)).flatMap((slice) => slice.endpoints ?? []).map((endpoint: Endpoint) => `${endpoint.addresses[0]} ${endpoint.conditions?.ready ? 'ready' : 'not ready'}`).sort();
  return { ...cluster, pods, services: client.resource(SERVICES, NAMESPACE), run, slices, endpoints, addresses };
}

describe('the endpoints of a Service', () => {
  test('are the Pods that it selects, ready or not', async () => {
    const { services, run, slices, endpoints, addresses, eventually } = await start();
    const made = await services.create({ ...service('web', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }), metadata: { name: 'web', namespace: NAMESPACE, labels: { team: 'a' } } });
    const first = await run(pod('one', { app: 'web' }), '10.1.0.1');
    await run(pod('two', { app: 'web' }), '10.1.0.2', false);
    await run(pod('other', { app: 'other' }), '10.1.0.3');
    await eventually(async () => JSON.stringify(await addresses('web')) === '["10.1.0.1 ready","10.1.0.2 not ready"]');
    const [slice, ...more] = await slices('web');
    expect(more).toEqual([]);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
      metadata: { generateName: 'web-', labels: { team: 'a', 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }, ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: made.metadata.uid, controller: true, blockOwnerDeletion: true }] },
    });
    expect(slice?.endpoints?.[0]).toEqual({ addresses: ['10.1.0.1'], conditions: { ready: true, serving: true, terminating: false }, nodeName: 'node-1', targetRef: { kind: 'Pod', namespace: NAMESPACE, name: 'one', uid: first.metadata.uid } });
    const older = await eventually(async () => (await endpoints('web').then(({ subsets }) => subsets?.[0]?.addresses && subsets[0].notReadyAddresses && subsets)) || undefined);
    expect(older).toMatchObject([{ addresses: [{ ip: '10.1.0.1', nodeName: 'node-1', targetRef: { name: 'one' } }], notReadyAddresses: [{ ip: '10.1.0.2' }], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }]);
    expect((await endpoints('web')).metadata.labels).toEqual({ team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
  });

  test('lose a Pod that leaves or is done, and keep telling that it ends', async () => {
    const { services, pods, run, slices, addresses, eventually } = await start();
    await services.create(service('web'));
    await run(pod('leaving', { app: 'web' }), '10.1.0.1');
    const done = await run(pod('done', { app: 'web' }), '10.1.0.2');
    await eventually(async () => (await addresses('web')).length === 2);
    await pods.updateStatus({ ...done, status: { ...done.status, phase: 'Succeeded' } });
    await pods.delete('leaving');
    await eventually(async () => JSON.stringify(await addresses('web')) === '["10.1.0.1 not ready"]');
    expect((await slices('web'))[0]?.endpoints?.[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    await pods.delete('leaving', { gracePeriodSeconds: 0 });
    await eventually(async () => (await addresses('web')).length === 0);
    expect(await slices('web')).toHaveLength(1);
  });

  test('have the port that each Pod gives a name to', async () => {
    const { services, run, slices, eventually } = await start();
    await services.create(service('web', { ports: [{ port: 80, targetPort: 'http' }] }));
    const serving = (name: string, containerPort: number) => pod(name, { app: 'web' }, { containers: [{ name: 'main', image: 'nginx', ports: [{ name: 'http', containerPort }] }] });
    await run(serving('old', 8080), '10.1.0.1');
    await run(serving('new', 9090), '10.1.0.2');
    await eventually(async () => (await slices('web')).length === 2);
    expect((await slices('web')).map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints?.[0]?.addresses[0]]).sort()).toEqual([[8080, '10.1.0.1'], [9090, '10.1.0.2']]);
  });

  test('without a selector are for others to write', async () => {
    const { client, services, slices, eventually } = await start();
    const { selector: _, ...spec } = service('mine').spec;
    await services.create({ ...service('mine'), spec });
    await services.create(service('web'));
    await eventually(async () => (await slices('web')).length === 1);
    await services.create(service('alias', { type: 'ExternalName', externalName: 'elsewhere.example.com' }));
    expect([...(await slices('mine')), ...(await slices('alias'))]).toEqual([]);
    await client.resource(ENDPOINTS, NAMESPACE).create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'mine', namespace: NAMESPACE }, subsets: [{ addresses: [{ ip: '192.0.2.7' }] }] });
    await services.create(service('later'));
    await eventually(async () => (await slices('later')).length === 1);
    expect((await client.resource(ENDPOINTS, NAMESPACE).list()).items.map(({ metadata }) => metadata.name)).not.toContain('alias');
    expect((await client.resource(ENDPOINTS, NAMESPACE).get('mine')).subsets?.[0]?.addresses?.[0]?.ip).toBe('192.0.2.7');
  });

  test('of one that is headless and published early have a mark, and are ready', async () => {
    const { services, run, slices, addresses, eventually } = await start();
    await services.create(service('web', { clusterIP: 'None', publishNotReadyAddresses: true }));
    await run(pod('one', { app: 'web' }, { hostname: 'one', subdomain: 'web' }), '10.1.0.1', false);
    await eventually(async () => JSON.stringify(await addresses('web')) === '["10.1.0.1 ready"]');
    const [slice] = await slices('web');
    expect(slice?.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
    expect(slice?.endpoints?.[0]?.hostname).toBe('one');
  });
});
