import { expect, onTestFinished, test } from 'vitest';
import { CONTROLLER_NAMES } from '../client/controllers/manager.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../client/controllers/resources.ts';
import { newRESTClient } from '../client/rest-client.ts';
import { eventually } from '../client/testing/eventually.ts';
import { deployment } from '../client/testing/objects.ts';
import { withBearerToken } from '../client/transport.ts';
import { newLoopbackTransport } from '../node/controllers-transport.ts';
import type { LabMessage } from '../observe/lab/messages.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import { withControllers } from './controllers.ts';
import { defaultServerConfig } from './default-config.ts';
import { apiserver } from './apiserver.ts';
import { informer } from './informer.ts';
import type { ServerConfig, Stage } from './stage.ts';
import { watch } from './watch.ts';

const ADMIN = { token: 'admintoken', user: { name: 'admin', groups: ['system:masters'] } };

async function start(stage: Stage, overrides: Partial<ServerConfig> = {}) {
  const errors: unknown[] = [];
  const log = { info: () => undefined, error: (err: unknown) => void errors.push(err) };
  const running = runStage(stage, defaultServerConfig({ tokens: [ADMIN], loopback: newLoopbackTransport, log, ...overrides }));
  onTestFinished(() => running.close());
  await running.server.ready;
  const client = newRESTClient({ transport: withBearerToken(newLoopbackTransport(running.server.handler), ADMIN.token), userAgent: 'test' });
  return { running, client, errors, deployments: client.resource(DEPLOYMENTS, 'default') };
}

const controlled = (stage: Stage): Stage => ({ ...stage, build: (config) => withControllers(config, CONTROLLER_NAMES, stage.build) });

test.each([informer, controlled(apiserver)])('in stage $name a Deployment leads to Pods that run, and takes them along when it goes', async (stage) => {
  const { client, deployments, errors } = await start(stage);
  await deployments.create(deployment('web', 2));
  await eventually(async () => (await deployments.get('web')).status?.availableReplicas === 2);
  const pods = await client.resource(PODS, 'default').list();
  expect(pods.items.map(({ spec, status }) => [spec.nodeName, status?.phase])).toEqual(Array(2).fill(['pretend-node', 'Running']));
  await deployments.delete('web');
  await eventually(async () => (await client.resource(PODS, 'default').list()).items.length === 0);
  expect(errors).toEqual([]);
});

test('stage informer runs those of its controllers that are named', async () => {
  const { client, deployments } = await start(informer, { controllers: ['deployment-controller'] });
  await deployments.create(deployment('web', 2));
  const [set] = await eventually(async () => {
    const { items } = await client.resource(REPLICA_SETS, 'default').list();
    return items.length > 0 && items;
  });
  // nobody makes Pods of it
  expect([set?.metadata.ownerReferences?.[0]?.name, set?.status]).toEqual(['web', { replicas: 0 }]);
});

test('controllers that cannot reach the server are not started without it', () => {
  expect(() => informer.build(defaultServerConfig())).toThrow('controllers need a way to reach the server');
  expect(() => watch.build(defaultServerConfig())).not.toThrow();
});

test('what a controller writes is a request like any other, and its trace tells who it was; so does what it hears', async () => {
  const { running, deployments } = await start(informer, { controllers: ['deployment-controller'] });
  const seen: string[] = [];
  const leave = running.subscribe((message: LabMessage) => {
    if (message.type !== 'span') return;
    const { name, attributes } = message.span;
    if (attributes['http.request.method'] !== undefined) seen.push(`${attributes['http.request.method']} ${attributes['url.path']} ${attributes['user_agent.original']}`);
    if (attributes['object.key'] !== undefined) seen.push(`${name} ${attributes['informer.resource']} ${attributes['object.key']} ${attributes['informer.handler']}`);
  });
  await deployments.create(deployment('web', 1));
  await eventually(() => seen.includes('POST /apis/apps/v1/namespaces/default/replicasets kube-controller-manager/v1.36.2/deployment-controller'));
  await eventually(() => seen.includes('OnAdd deployments default/web deployment-controller'));
  leave();
});
