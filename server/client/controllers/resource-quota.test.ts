import { expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { NAMESPACE, configMap, deployment, pod, service } from '../testing/objects.ts';
import { CONFIG_MAPS, DEPLOYMENTS, PODS, RESOURCE_QUOTAS, SERVICES } from './resources.ts';
import type { ResourceQuota } from './types.ts';

const quota = (name: string, hard: Record<string, string>, scopes?: string[]): ResourceQuota => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: NAMESPACE }, spec: { hard, ...(scopes && { scopes }) } });
const needs = (requests: Record<string, string>, limits: Record<string, string> = requests) => ({ name: 'main', image: 'nginx', resources: { requests, limits } });

test('a quota says how much of it is used', async () => {
  const { client, eventually } = await newControlledCluster(['serviceaccount-controller', 'resourcequota-controller']);
  const quotas = client.resource(RESOURCE_QUOTAS, NAMESPACE);
  const pods = client.resource(PODS, NAMESPACE);
  await eventually(() => pods.create(pod('big', {}, { containers: [needs({ cpu: '500m', memory: '1Gi' }, { cpu: '1', memory: '1Gi' }), { ...needs({ cpu: '250m' }), name: 'side' }], initContainers: [{ ...needs({ cpu: '1' }), name: 'stays', restartPolicy: 'Always' }, { ...needs({ cpu: '2' }), name: 'init' }] })));
  await pods.create(pod('small'));
  await client.resource(CONFIG_MAPS, NAMESPACE).create(configMap('one'));
  await client.resource(SERVICES, NAMESPACE).create(service('web', { type: 'NodePort', ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }] }));
  await client.resource(SERVICES, NAMESPACE).create(service('without', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }));
  await client.resource(DEPLOYMENTS, NAMESPACE).create(deployment('web', 0));
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'one', namespace: NAMESPACE }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gold', resources: { requests: { storage: '1Gi' } } } };
  await client.resource({ group: '', version: 'v1', resource: 'persistentvolumeclaims' }, NAMESPACE).create(claim);
  const hard = { pods: '10', 'requests.cpu': '4', 'limits.memory': '2Gi', memory: '2Gi', configmaps: '5', services: '5', 'services.nodeports': '5', 'services.loadbalancers': '1', 'count/deployments.apps': '3', 'count/pods': '9', 'requests.storage': '1Gi', 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi', 'iron.storageclass.storage.k8s.io/persistentvolumeclaims': '1', 'requests.example.com/gpu': '1' };
  await quotas.create(quota('all', hard));
  await quotas.create(quota('best-effort', { pods: '5' }, ['BestEffort']));
  const used = { pods: '2', 'requests.cpu': '3', 'limits.memory': '1Gi', memory: '1Gi', configmaps: '1', services: '3', 'services.nodeports': '2', 'services.loadbalancers': '1', 'count/deployments.apps': '1', 'count/pods': '2', 'requests.storage': '1Gi', 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi', 'iron.storageclass.storage.k8s.io/persistentvolumeclaims': '0', 'requests.example.com/gpu': '0' };
  const { status } = await eventually(async () => {
    const found = await quotas.get('all');
    return found.status?.used !== undefined && found;
  });
  expect(status).toEqual({ hard, used });
  await eventually(async () => (await quotas.get('best-effort')).status?.used?.pods === '1');

  const done = await pods.get('small');
  await pods.updateStatus({ ...done, status: { ...done.status, phase: 'Succeeded' } });
  await client.resource(CONFIG_MAPS, NAMESPACE).delete('one');
  await eventually(async () => {
    const { status: now } = await quotas.get('all');
    return now?.used?.pods === '1' && now.used.configmaps === '0' && now.used['count/pods'] === '2';
  });

  const priority = (operator: 'In' | 'NotIn', values: string[]) => ({ ...quota(operator.toLowerCase(), { pods: '5' }), spec: { hard: { pods: '5' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] } } });
  await quotas.create(priority('In', ['high']));
  await quotas.create(priority('NotIn', ['high']));
  await eventually(async () => (await quotas.get('in')).status?.used?.pods === '0' && (await quotas.get('notin')).status?.used?.pods === '1');

  await quotas.patch('all', 'merge-patch', { spec: { hard: { 'example.com/unknown': '1' } } });
  await eventually(async () => (await quotas.get('all')).status?.hard?.['example.com/unknown'] === '1');
  expect((await quotas.get('all')).status?.used).not.toHaveProperty(['example.com/unknown']);
});
