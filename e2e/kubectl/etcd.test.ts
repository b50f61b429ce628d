import { afterAll } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { kubectlSuite } from './suite.ts';

let etcd: RunningEtcd | undefined;

kubectlSuite('real etcd', async () => {
  etcd = await startEtcd();
  return [`--etcd-servers=${etcd.endpoint}`];
});

afterAll(async () => etcd?.stop());
