import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newLocalHost } from '../../site/runtime/local-host.ts';
import type { StageHost } from '../../site/runtime/stage-host.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import { filters } from '../stages/filters.ts';
import { newVariants } from './lab-stages.ts';
import { listenLab } from './lab.ts';

const path = '/api/v1/namespaces/default/configmaps';

describe('a variant of a stage', () => {
  let lab: Awaited<ReturnType<typeof listenLab>>;
  let host: StageHost;
  const config = defaultServerConfig();
  const running = runStage(filters, config);
  beforeAll(async () => {
    lab = await listenLab({ port: 0, stages: [running], vary: newVariants([filters], config), users: [] });
    host = newLocalHost(lab.url, { server: 'journey-of-an-api-request', stages: [{ name: 'filters', adds: '', restartable: false }], users: [] }, []);
  });
  afterAll(async () => {
    host.close();
    await lab.close();
    await running.close();
  });
  const statusOf = async (stage: string) => (await host.send(stage, { method: 'GET', path, headers: {} })).status;

  test('is made when it is asked for, beside the stage itself', async () => {
    expect(await statusOf('filters')).toBe(403);
    expect(await statusOf('filters without withAuthorization')).toBe(200);
    expect(await statusOf('filters')).toBe(403);
  });

  test('is another one than the next', async () => {
    const [one, two] = ['filters without withAuthorization', 'filters withAuthorization after withAudit'];
    expect([await statusOf(one), await statusOf(two)]).toEqual([200, 403]);
  });

  test('can be started afresh, even where the stage itself cannot', async () => {
    expect(host.lasting('filters')).toBeDefined();
    expect(host.lasting('filters without withCacheControl')).toBeUndefined();
    await host.restart('filters without withCacheControl');
    expect(await statusOf('filters without withCacheControl')).toBe(403);
  });

  test.each([
    ['filters without withLuck', 'there is no filter "withLuck" in this chain'],
    ['filters upside down', 'a chain is changed by'],
    ['nothing without withAudit', '404 page not found'],
  ])('%s is not found, and the answer says why', async (stage, why) => {
    const response = await host.send(stage, { method: 'GET', path, headers: {} });
    expect([response.status, await new Response(response.body).text()]).toEqual([404, expect.stringContaining(why)]);
  });
});

test('a lab that makes no variants has none', async () => {
  const lab = await listenLab({ port: 0, stages: [], users: [] });
  expect((await fetch(`${lab.url}/stages/filters%20without%20withAudit${path}`)).status).toBe(404);
  await lab.close();
});
