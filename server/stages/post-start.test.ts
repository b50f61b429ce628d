import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newTestRegistry, requestFor } from '../registry/registry.test-util.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { writeBootstrapObjects } from './post-start.ts';

test('servers that start at once, and one that starts again, make everything once', async () => {
  const etcd = newEmbeddedEtcd();
  const machinery = newMachinery(newScheme());
  const config = { clock: Date, tracer: trace.getTracer('test'), externalAddress: '127.0.0.1:6443' };
  const start = () => writeBootstrapObjects(config, machinery, newTestRegistry({ etcd }).provider);
  await Promise.all([start(), start(), start()]);
  await start();
  const { rest } = newTestRegistry({ etcd });
  const newest = { resourceVersion: '' };
  expect(await rest('v1', 'services').get(requestFor({ namespace: 'default' }), 'kubernetes', newest)).toMatchObject({ spec: { clusterIP: '10.0.0.1' } });
  expect(await rest('networking.k8s.io/v1', 'ipaddresses').get(requestFor(), '10.0.0.1', newest)).toMatchObject({ spec: { parentRef: { name: 'kubernetes' } } });
  expect(await rest('networking.k8s.io/v1', 'servicecidrs').get(requestFor(), 'kubernetes', newest)).toMatchObject({ spec: { cidrs: ['10.0.0.0/24'] }, status: { conditions: [{ type: 'Ready', status: 'True' }] } });
});

test('a server that starts again at another address leads the Service there, and leaves its endpoints alone otherwise', async () => {
  const etcd = newEmbeddedEtcd();
  const { provider, rest } = newTestRegistry({ etcd });
  const start = (externalAddress: string) => writeBootstrapObjects({ clock: Date, tracer: trace.getTracer('test'), externalAddress }, newMachinery(), provider);
  const read = async () => {
    const { metadata, ...endpoints } = await rest('v1', 'endpoints').get(requestFor({ namespace: 'default' }), 'kubernetes', { resourceVersion: '' });
    const slice = await rest('discovery.k8s.io/v1', 'endpointslices').get(requestFor({ namespace: 'default' }), 'kubernetes', { resourceVersion: '' });
    return { version: metadata.resourceVersion, endpoints, slice };
  };
  await start('192.168.7.2:8443');
  const first = await read();
  await start('192.168.7.2:8443');
  expect(await read()).toEqual(first);
  await start('192.168.7.3:9443');
  expect(await read()).toMatchObject({
    endpoints: { subsets: [{ addresses: [{ ip: '192.168.7.3' }], ports: [{ name: 'https', port: 9443 }] }] },
    slice: { endpoints: [{ addresses: ['192.168.7.3'] }], ports: [{ port: 9443 }] },
  });
});

test('the network of the Services is ready since the server made it', async () => {
  const { provider, rest } = newTestRegistry();
  const clock = { now: () => Date.UTC(2030, 0, 1) };
  await writeBootstrapObjects({ clock, tracer: trace.getTracer('test'), externalAddress: '127.0.0.1:6443' }, newMachinery(), provider);
  expect(await rest('networking.k8s.io/v1', 'servicecidrs').get(requestFor(), 'kubernetes', { resourceVersion: '' })).toMatchObject({ status: { conditions: [{ type: 'Ready', lastTransitionTime: '2030-01-01T00:00:00Z' }] } });
});

test('the network of the Services is made ready by a later server where the one that made it has ended before', async () => {
  const { provider, rest } = newTestRegistry();
  const networks = rest('networking.k8s.io/v1', 'servicecidrs');
  const made = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.0.0.0/24'] } };
  await networks.create(requestFor(), made, async () => undefined, { dryRun: false, fieldManager: '', fieldValidation: 'Ignore' });
  await writeBootstrapObjects({ clock: Date, tracer: trace.getTracer('test'), externalAddress: '127.0.0.1:6443' }, newMachinery(), provider);
  expect(await networks.get(requestFor(), 'kubernetes', { resourceVersion: '' })).toMatchObject({ status: { conditions: [{ type: 'Ready', status: 'True' }] } });
});

test.each([
  ['v1', 'namespaces', 'kube-system', [['kube-apiserver', 'Update', undefined]]],
  ['rbac.authorization.k8s.io/v1', 'clusterroles', 'view', [['kube-apiserver', 'Update', undefined]]],
  ['flowcontrol.apiserver.k8s.io/v1', 'flowschemas', 'exempt', [['api-priority-and-fairness-config-producer-v1', 'Update', undefined]]],
  ['networking.k8s.io/v1', 'servicecidrs', 'kubernetes', [['kubernetes-service-cidr-controller', 'Apply', 'status'], ['kube-apiserver', 'Update', undefined]]],
])('the fields of %s %s %s have an owner', async (apiVersion, resource, name, owners) => {
  const { provider, rest } = newTestRegistry();
  await writeBootstrapObjects({ clock: Date, tracer: trace.getTracer('test'), externalAddress: '127.0.0.1:6443' }, newMachinery(), provider);
  const { metadata } = await rest(apiVersion, resource).get(requestFor(), name, { resourceVersion: '' });
  expect(metadata.managedFields?.map(({ manager, operation, subresource }) => [manager, operation, subresource])).toEqual(owners);
});
