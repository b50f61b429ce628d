/** The server is started before its etcd. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import { create } from './ask.ts';

test('it waits until etcd is there', async () => {
  const etcd = await startEtcd();
  etcd.kill();
  const starting = startStage('storage', [`--etcd-servers=${etcd.endpoint}`]);
  // longer than the server itself needs to start
  await sleep(3000);
  await etcd.restart();
  const stage = await starting;
  expect(await create(stage, 'a')).toMatchObject({ status: 201 });
  await stage.stop();
  await etcd.stop();
});
