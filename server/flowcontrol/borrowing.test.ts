import { expect, test } from 'vitest';
import { updateBorrowing } from './borrowing.ts';
import { PriorityLevelState } from './priority-level-state.ts';
import { VirtualClock } from './virtual-clock.test-util.ts';

interface Level {
  shares: number;
  lendable?: number;
  borrowing?: number;
  exempt?: boolean;
  /** Seats asked for during the whole period. */
  demand?: number;
}

/** The limits after one period with these demands, on a server with 100 seats. */
async function limits(levels: Record<string, Level>): Promise<Record<string, number>> {
  const clock = new VirtualClock();
  const shareSum = Object.values(levels).reduce((sum, { shares }) => sum + shares, 0);
  const states = Object.entries(levels).map(([name, { shares, lendable = 0, borrowing, exempt = false, demand = 0 }]) => {
    const queuing = { desiredNumQueues: exempt ? -1 : 0, queueLengthLimit: 0, handSize: 0 };
    const state = new PriorityLevelState({ name, uid: '', exempt, nominalConcurrencyShares: shares, lendablePercent: lendable, borrowingLimitPercent: borrowing, queuing }, clock, () => undefined);
    state.divideUp(100, shareSum);
    state.seatDemand.set(demand);
    return state;
  });
  await clock.advance(10_000);
  updateBorrowing(states);
  return Object.fromEntries(states.map(({ config, queues }) => [config.name, queues.concurrencyLimit]));
}

test.each<[string, Record<string, Level>, Record<string, number>]>([
  ['lends what is lendable to whoever asks', { a: { shares: 50, lendable: 50 }, b: { shares: 50, demand: 80 } }, { a: 25, b: 75 }],
  ['lends nothing that is not', { a: { shares: 50 }, b: { shares: 50, demand: 80 } }, { a: 50, b: 50 }],
  ['lends nothing that is needed', { a: { shares: 50, lendable: 50, demand: 45 }, b: { shares: 50, demand: 80 } }, { a: 45, b: 55 }],
  ['borrows as much as is allowed', { a: { shares: 50, lendable: 100 }, b: { shares: 50, borrowing: 20, demand: 100 } }, { a: 40, b: 60 }],
  ['divides what there is in proportion to what is asked for', { a: { shares: 60, lendable: 100 }, b: { shares: 20, demand: 30 }, c: { shares: 20, demand: 60 } }, { a: 0, b: 33, c: 67 }],
  ['gives exempt requests what they take', { e: { shares: 0, exempt: true, demand: 30 }, a: { shares: 100 } }, { e: 30, a: 100 }],
  ['takes for them what others may lend', { e: { shares: 0, exempt: true, demand: 80 }, a: { shares: 50, lendable: 60, demand: 50 }, b: { shares: 50, lendable: 60, demand: 50 } }, { e: 80, a: 20, b: 20 }],
  ['leaves those as much as is left', { e: { shares: 0, exempt: true, demand: 40 }, a: { shares: 50, lendable: 60, demand: 50 }, b: { shares: 50, lendable: 60, demand: 50 } }, { e: 40, a: 30, b: 30 }],
  ['lends what exempt requests do not take', { e: { shares: 20, lendable: 50, exempt: true }, a: { shares: 80, demand: 100 } }, { e: 10, a: 100 }],
  ['goes on as it began where nobody may take what is left', { e: { shares: 20, exempt: true }, a: { shares: 80, lendable: 50, borrowing: 0 } }, { e: 20, a: 60 }],
])('%s', async (_what, levels, expected) => {
  expect(await limits(levels)).toEqual(expected);
});
