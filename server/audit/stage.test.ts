/** What the layers of a whole stage write into the events of requests that do not go well. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { newAlwaysAllowAuthorizer } from '../authorization/builtin.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { storage } from '../stages/storage.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import type { AuditEvent } from './event.ts';
import { newPolicyRuleEvaluator } from './policy.ts';
import type { Level } from './policy.ts';

/** A stage whose etcd takes its time, once the stage is ready. */
async function slowStage(milliseconds: number, level: Level, more: Partial<ServerConfig> = {}) {
  const events: AuditEvent[] = [];
  const real = newEmbeddedEtcd();
  let ready = false;
  const etcd: ServerConfig['etcd'] = Object.assign(Object.create(real) as typeof real, {
    async range(...args: Parameters<typeof real.range>) {
      if (ready) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return real.range(...args);
    },
  });
  const audit = { policy: newPolicyRuleEvaluator({ rules: [{ level }] }), backend: { processEvents: (...some: AuditEvent[]) => events.push(...some) > 0, shutdown: async () => undefined } };
  const server = storage.build(defaultServerConfig({ etcd, audit, tokens: [{ token: 't', user: { name: 'alice', groups: [] } }], authorization: [newAlwaysAllowAuthorizer()], ...more }));
  await server.ready;
  ready = true;
  const listening = createServer((req, res) => server.handler(req, res)).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${(listening.address() as AddressInfo).port}${path}`, { headers: { authorization: 'Bearer t' } })).status;
  return {
    get,
    last: () => events.filter(({ stage }) => stage === 'ResponseComplete').at(-1),
    events,
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      listening.close();
      await server.close();
      real.close();
    },
  };
}

const NODES = '/api/v1/nodes';

test('where the time went of a request that took long', async () => {
  await using stage = await slowStage(600, 'Metadata');
  expect(await stage.get(NODES)).toBe(200);
  const latency = (layer: string) => stage.last()?.annotations?.[`apiserver.latency.k8s.io/${layer}`];
  expect([latency('etcd'), latency('total')]).toEqual([expect.stringMatching(/^[56]\d\d(\.\d+)?ms$|^[1-9](\.\d+)?s$/), expect.stringMatching(/^[5-9]\d\d(\.\d+)?ms$|^[1-9](\.\d+)?s$/)]);
  expect(latency('serialize-response-object')).toMatch(/s$/);
});

test('a request that ran out of time', async () => {
  await using stage = await slowStage(2000, 'RequestResponse', { requestTimeout: 50 });
  expect(await stage.get(NODES)).toBe(504);
  expect(stage.last()).toMatchObject({ responseStatus: { status: 'Failure', reason: 'Timeout', code: 504 } });
});

test('a request for which there was no room', async () => {
  await using stage = await slowStage(300, 'RequestResponse', { maxRequestsInFlight: 1, enablePriorityAndFairness: false });
  const first = stage.get('/apis/apps/v1/deployments');
  await expect.poll(() => stage.events).toHaveLength(1);
  expect(await stage.get('/apis/apps/v1/replicasets')).toBe(429);
  const event = stage.last();
  expect(event).toMatchObject({ requestURI: '/apis/apps/v1/replicasets', responseStatus: { code: 429 } });
  expect(await first).toBe(200);
});
