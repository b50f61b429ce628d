import { expect, test } from 'vitest';
import { DroppedRequestsTracker } from './dropped-requests-tracker.ts';
import { VirtualClock } from './virtual-clock.test-util.ts';

/** What is answered in each second, in which so many are refused. */
async function retryAfters(perSecond: number[]): Promise<number[]> {
  const clock = new VirtualClock();
  await clock.advance(1_000_000);
  const tracker = new DroppedRequestsTracker(clock);
  const answered: number[] = [];
  for (const dropped of perSecond) {
    for (let i = 0; i < dropped; i++) tracker.recordDroppedRequest('level');
    answered.push(tracker.getRetryAfter('level'));
    await clock.advance(1000);
  }
  expect(tracker.getRetryAfter('another')).toBe(1);
  return answered;
}

test.each<[string, number[], number[]]>([
  ['one second at first', [1, 1, 1], [1, 1, 1]],
  ['twice as many when many are refused, but not at once again', [3, 10, 10, 10, 10, 10, 10], [1, 2, 2, 4, 4, 4, 4]],
  ['no more than half a minute', Array(120).fill(1000).map(Number), expect.arrayContaining([32]) as number[]],
  ['one less at a time when few are', [10, 10, 10, 10, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 2, 2]],
])('asks for %s', async (_what, dropped, expected) => {
  const answered = await retryAfters(dropped);
  expect(answered).toEqual(expected);
  expect(Math.max(...answered)).toBeLessThanOrEqual(32);
});
