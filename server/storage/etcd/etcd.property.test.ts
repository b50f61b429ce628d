/** The embedded engine and a real etcd give the same answers to the same random operations. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd } from '../../../e2e/setup/etcd.ts';
import type { RunningEtcd } from '../../../e2e/setup/etcd.ts';
import { connectEtcd } from '../../node/etcd-client.ts';
import type { EtcdClient } from './client.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';
import { compareEtcds } from './testing/compare.ts';
import type { Operation } from './testing/operations.ts';
import { operations } from './testing/operations.ts';

let etcd: RunningEtcd;
let real: EtcdClient;
let runs = 0;

beforeAll(async () => {
  etcd = await startEtcd();
  real = await connectEtcd({ endpoints: [etcd.endpoint] });
}, 30_000);

afterAll(async () => {
  real.close();
  await etcd.stop();
});

/** Watches read the past at intervals; etcd counts those that have still to. */
async function caughtUp(): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${etcd.endpoint}/metrics`)).text();
    if (/^etcd_debugging_mvcc_slow_watcher_total 0$/m.test(metrics)) return;
    await sleep(5);
  }
}

/** Each run under a prefix of its own, that sorts after those before. */
function property(newEtcd: () => EtcdClient): fc.IAsyncProperty<[Operation[]]> {
  return fc.asyncProperty(operations, async (sequence) => {
    const ours = newEtcd();
    const prefix = `/${String(++runs).padStart(6, '0')}/`;
    try {
      expect(await compareEtcds({ ours, theirs: real, prefix, caughtUp }, sequence)).toBeUndefined();
    } finally {
      ours.close();
    }
  });
}

describe('the embedded etcd', () => {
  test('answers as a real one', { timeout: 60_000 }, async () => {
    await fc.assert(property(newEmbeddedEtcd), { numRuns: 100, interruptAfterTimeLimit: 20_000 });
  });

  /** What an engine could get wrong; the comparison must see each. */
  const mistakes: Record<string, (right: EtcdClient) => Partial<EtcdClient>> = {
    'more is never set': (right) => ({
      range: async (request) => ({ ...(await right.range(request)), more: false }),
    }),
    'a read at a revision reads the present': (right) => ({
      range: (request) => right.range({ ...request, revision: 0 }),
    }),
    'the other branch of a txn runs': (right) => ({
      txn: ({ compare, success, failure }) => right.txn({ compare, success: compare.length ? failure : success, failure: success }),
    }),
    'compaction does nothing': () => ({ compact: async () => undefined }),
    'a lease that ends leaves its keys': () => ({ leaseRevoke: async () => undefined }),
    'a watch forgets previous values': (right) => ({ watch: (request) => right.watch({ ...request, prevKv: false }) }),
    'a watch begins one revision late': (right) => ({
      watch: (request) => right.watch({ ...request, startRevision: request.startRevision && request.startRevision + 1 }),
    }),
  };

  test.each(Object.keys(mistakes))('would be caught if %s', { timeout: 30_000 }, async (mistake) => {
    const wrong = property(() => {
      const right = newEmbeddedEtcd();
      return { ...right, ...mistakes[mistake]?.(right) };
    });
    const { failed } = await fc.check(wrong, { numRuns: 200, endOnFailure: true, seed: 1 });
    expect(failed).toBe(true);
  });
});
