/** Events in an etcd of their own, and what of the rest goes on without it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { runCommandLine, startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { ask, create, stored, text } from './ask.ts';

let usual: RunningEtcd;
let ofEvents: RunningEtcd;
let stage: StageProcess;

beforeAll(async () => {
  [usual, ofEvents] = await Promise.all([startEtcd(), startEtcd()]);
  stage = await startStage('apiserver', [`--etcd-servers=${usual.endpoint}`, `--etcd-servers-overrides=/events#${ofEvents.endpoint}`, '--etcd-prefix=/elsewhere', '--etcd-count-metric-poll-period=50ms']);
});
afterAll(async () => {
  await stage.stop();
  await Promise.all([usual.stop(), ofEvents.stop()]);
});

const event = (name: string) => ask(stage, 'POST', '/api/v1/namespaces/default/events', { apiVersion: 'v1', kind: 'Event', metadata: { name }, involvedObject: { namespace: 'default' } });

test('each resource lies where it was told to', async () => {
  expect(await event('e')).toMatchObject({ status: 201 });
  expect(await create(stage, 'a')).toMatchObject({ status: 201 });
  expect(await stored(ofEvents.endpoint, '/elsewhere/events/default/e')).toMatch(/^k8s\0/);
  expect(await stored(usual.endpoint, '/elsewhere/configmaps/default/a')).toMatch(/^k8s\0/);
  expect(await stored(usual.endpoint, '/elsewhere/events/default/e')).toBe('');
  expect((await text(stage, '/readyz?verbose')).body).toMatch(/\[\+\]etcd-override-0 ok\n[^]*\[\+\]etcd-override-readiness-0 ok\n/);
  expect((await text(stage, '/metrics')).body).toMatch(/^apiserver_storage_size_bytes\{storage_cluster_id="etcd-0"\} \S+\napiserver_storage_size_bytes\{storage_cluster_id="etcd-1"\} \S+$/m);
  await expect.poll(async () => (await text(stage, '/metrics')).body).toContain('\napiserver_resource_objects{group="",resource="events"} 1\n');
});

test('when one has gone, the other goes on', async () => {
  ofEvents.kill();
  // what is under way when it goes may have been done; what begins after a read that was refused has not
  expect(await ask(stage, 'GET', '/api/v1/namespaces/default/events/e')).toMatchObject({ status: 503 });
  expect(await event('lost')).toMatchObject({ status: 503 });
  expect(await create(stage, 'b')).toMatchObject({ status: 201 });
  await expect.poll(() => text(stage, '/livez/etcd-override-0')).toMatchObject({ status: 500 });
  expect(await text(stage, '/livez/etcd')).toMatchObject({ status: 200 });
  expect((await text(stage, '/metrics')).body).not.toContain('storage_cluster_id="etcd-1"');
  await expect.poll(async () => (await text(stage, '/metrics')).body).toContain('\napiserver_resource_objects{group="",resource="events"} -1\n');
  await ofEvents.restart();
  await expect.poll(async () => (await event('found')).status).toBe(201);
});

test.each(['events#http://127.0.0.1:2379', '/events', '/events#', '/events#http://a:1;', '/a/events#http://a:1'])('--etcd-servers-overrides=%s is refused', async (value) => {
  expect(await runCommandLine('stage', 'apiserver', `--etcd-servers-overrides=${value}`)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--etcd-servers-overrides: must be of format: group/resource#servers, where servers are URLs, semicolon separated') as string,
  });
});
