/** Three members: one may go and nobody notices; when two have gone there is no quorum, and everybody is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEtcdCluster } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { newSoakClient } from '../soak/client.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { ask, collection, create, text } from './ask.ts';

let members: RunningEtcd[];
let stage: StageProcess;

beforeAll(async () => {
  members = await startEtcdCluster(3);
  stage = await startStage('apiserver', [`--etcd-servers=${members.map(({ endpoint }) => endpoint).join(',')}`]);
});
afterAll(async () => {
  await stage.stop();
  await Promise.all(members.map((member) => member.stop()));
});

test('whichever member goes, requests and watches go on at the others', async () => {
  const stop = new AbortController();
  const { body } = await ask(stage, 'GET', collection);
  await create(stage, 'with-all');
  const watch = newSoakClient(stage.url, stage.ca, stage.tokens.admin).lines(`${collection}?watch=1&resourceVersion=${body.metadata?.resourceVersion}`, stop.signal);
  const nextEvent = async () => JSON.parse(String((await watch.next()).value)) as unknown;
  const added = (name: string) => ({ type: 'ADDED', object: { metadata: { name } } });
  expect(await nextEvent()).toMatchObject(added('with-all'));
  for (const [n, member] of members.entries()) {
    member.kill();
    // a new leader may have to be found first
    await expect.poll(async () => (await create(stage, `without-${n}`)).status).toBeOneOf([201, 409]);
    expect(await ask(stage, 'GET', `${collection}/without-${n}`)).toMatchObject({ status: 200 });
    expect(await nextEvent()).toMatchObject(added(`without-${n}`));
    await member.restart();
  }
  stop.abort();
});

test('without a quorum nothing is written, nothing hangs, and health checks say so; with one all goes on', async () => {
  members[0]?.kill();
  members[1]?.kill();
  expect(await create(stage, 'nobody-agreed', '?timeout=1s')).toMatchObject({ status: expect.toBeOneOf([500, 503, 504]) as number });
  await expect.poll(async () => (await create(stage, 'nobody-agreed', '?timeout=1s')).status).toBe(504);
  expect(await ask(stage, 'GET', `${collection}/without-0?timeout=1s`)).toMatchObject({ status: 504 });
  expect(await ask(stage, 'GET', `${collection}/without-0?resourceVersion=0`)).toMatchObject({ status: 200 });
  await expect.poll(() => text(stage, '/readyz?verbose')).toMatchObject({ status: 500, body: expect.stringContaining('[-]etcd-readiness failed') as string });
  expect(await text(stage, '/livez')).toMatchObject({ status: 500, body: expect.stringContaining('[-]etcd failed: reason withheld') as string });

  await Promise.all([members[0]?.restart(), members[1]?.restart()]);
  await expect.poll(async () => (await create(stage, 'all-agree', '?timeout=5s')).status).toBeOneOf([201, 409]);
  await expect.poll(() => text(stage, '/readyz')).toEqual({ status: 200, body: 'ok' });
});
