import { describe, expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { CONTROLLER_NAMES, enabledControllers } from './manager.ts';
import { NAMESPACE, deployment } from '../testing/objects.ts';
import { CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, PODS, SERVICE_ACCOUNTS } from './resources.ts';

describe('which controllers run', () => {
  test.each([
    ['none', [], []],
    ['all', ['*'], CONTROLLER_NAMES],
    ['one', ['job-controller'], ['job-controller']],
    ['all but one', ['*', '-job-controller'], CONTROLLER_NAMES.filter((name) => name !== 'job-controller')],
    ['none, for nothing is asked for', ['-job-controller'], []],
    ['what is said first', ['job-controller', '-job-controller'], ['job-controller']],
  ])('%s', (_what, wanted, expected) => expect(enabledControllers(wanted)).toEqual(expected));

  test.each(['nobody', '-nobody'])('cannot be %s', (name) => {
    expect(() => enabledControllers(['*', name])).toThrow('"nobody" is not in the list of known controllers: serviceaccount-controller, ');
  });
});

test('controllers go on when the server is another one', async () => {
  const { client, restart, eventually } = await newControlledCluster(enabledControllers(['*']));
  await restart();
  const deployments = client.resource(DEPLOYMENTS, NAMESPACE);
  await deployments.create(deployment('web', 2));
  await eventually(async () => (await deployments.get('web')).status?.availableReplicas === 2);
  await restart();
  await deployments.patch('web', 'merge-patch', { spec: { replicas: 1 } });
  await eventually(async () => (await deployments.get('web')).status?.replicas === 1);
  await deployments.delete('web');
  await eventually(async () => (await client.resource(PODS, NAMESPACE).list()).items.length === 0);
});

describe('each namespace', () => {
  test.each([
    ['a service account', 'serviceaccount-controller', SERVICE_ACCOUNTS, 'default'],
    ["the certificate of the server's authority", 'root-ca-certificate-publisher-controller', CONFIG_MAPS, 'kube-root-ca.crt'],
  ])('has %s, again if it is deleted', async (_what, controller, resource, name) => {
    const { client, eventually, errors } = await newControlledCluster([controller]);
    await client.resource(NAMESPACES).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } });
    for (const namespace of ['default', 'kube-system', 'new']) await eventually(() => client.resource(resource, namespace).get(name).catch(() => undefined));
    const { metadata: { uid } } = await client.resource(resource, 'new').get(name);
    await client.resource(resource, 'new').delete(name);
    const again = await eventually(() => client.resource(resource, 'new').get(name).catch(() => undefined));
    expect(again.metadata.uid).not.toBe(uid);
    expect(errors).toEqual([]);
  });

  test('has the certificate as it is, whoever changes it', async () => {
    const { client, eventually } = await newControlledCluster(['root-ca-certificate-publisher-controller']);
    const maps = client.resource(CONFIG_MAPS, 'default');
    const isRight = async () => (await maps.get('kube-root-ca.crt').catch(() => undefined))?.data?.['ca.crt'] === 'the certificate';
    await eventually(isRight);
    await maps.patch('kube-root-ca.crt', 'merge-patch', { data: { 'ca.crt': 'another' } });
    await eventually(isRight);
  });
});
