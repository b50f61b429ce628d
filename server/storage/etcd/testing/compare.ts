/** Runs the same operations on two etcds; answers the first difference, undefined if there is none. */
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdClient } from '../client.ts';
import type { Operation } from './operations.ts';
import { Subject } from './subject.ts';

export interface Difference {
  /** The operation that was answered differently, or the watch that said something else. */
  at: Operation | { watch: number };
  ours: unknown;
  theirs: unknown;
}

export interface Comparison {
  ours: EtcdClient;
  theirs: EtcdClient;
  prefix: string;
  /** Resolves once no watch of theirs has the past to read. */
  caughtUp(): Promise<void>;
}

/** How long a real etcd may take to say on a watch what it has to say. */
const patience = 3_000;

export async function compareEtcds(comparison: Comparison, operations: Operation[]): Promise<Difference | undefined> {
  const left = new Subject(comparison.ours, comparison.prefix);
  const right = new Subject(comparison.theirs, comparison.prefix);
  try {
    await Promise.all([left.begin(), right.begin()]);
    for (const at of operations) {
      if (at.kind === 'compact') {
        // What a watch can still tell depends on when etcd forgets.
        await comparison.caughtUp();
        const difference = await compareWatches(left, right);
        if (difference) return difference;
      }
      const [ours, theirs] = await Promise.all([left.run(at), right.run(at)]);
      if (!isDeepStrictEqual(ours, theirs)) return { at, ours, theirs };
    }
    await comparison.caughtUp();
    return await compareWatches(left, right);
  } finally {
    left.end();
    right.end();
  }
}

/** Waits until the watches on both sides have said the same, then asks whether one has more to say. */
async function compareWatches(left: Subject, right: Subject): Promise<Difference | undefined> {
  const deadline = Date.now() + patience;
  while (firstDifference(left, right) && Date.now() < deadline) await sleep(2);
  const notThere = (): Subject['watches'] => [...left.notThere(), ...right.notThere()];
  for (const { watch } of notThere()) watch.requestProgress();
  while (notThere().length > 0) {
    if (Date.now() > deadline) return { at: { watch: -1 }, ours: left.notThere(), theirs: right.notThere() };
    await sleep(2);
  }
  return firstDifference(left, right);
}

function firstDifference(left: Subject, right: Subject): Difference | undefined {
  for (const [watch, { seen: ours }] of left.watches.entries()) {
    const theirs = right.watches[watch]?.seen;
    if (!isDeepStrictEqual(ours, theirs)) return { at: { watch }, ours, theirs };
  }
  return undefined;
}
