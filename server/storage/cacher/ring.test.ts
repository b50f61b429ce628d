import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring } from './ring.ts';

const event = (revision: number, recordTime = 0) => ({ revision, recordTime });

/** `count` events, one every `gap` ms from `time` on. */
function fill(ring: Ring<ReturnType<typeof event>>, count: number, time: number, gap: number): number {
  for (let i = 0; i < count; i++) ring.push(event(ring.end + 1, time + i * gap));
  return time + count * gap;
}

describe('Ring', () => {
  test.each([
    ['stays small while little happens', 1000, 1000, 100],
    ['doubles while it is full of events of the last 75 seconds', 1000, 100, 800],
    ['doubles no further than holds 75 seconds', 5000, 100, 800],
    ['ends at 102,400 however much happens', 300_000, 0, 102_400],
  ])('%s', (_what, count, gap, capacity) => {
    const ring = new Ring<ReturnType<typeof event>>();
    fill(ring, count, 0, gap);
    expect(ring.capacity).toBe(capacity);
    expect(ring.size).toBe(Math.min(count, capacity));
    expect(ring.at(ring.end - 1)?.revision).toBe(count);
    expect(ring.at(ring.start)?.revision).toBe(count - ring.size + 1);
  });

  test('keeps what happened in a burst while nothing else does', () => {
    const ring = new Ring<ReturnType<typeof event>>();
    fill(ring, 300, 0, 0);
    expect(ring.push(event(301, 3_600_000))).toBe(false);
    expect([ring.start, ring.size, ring.capacity]).toEqual([0, 301, 400]);
  });

  test('halves, oldest first, each time that it is full and three quarters of it are old', () => {
    const ring = new Ring<ReturnType<typeof event>>();
    const time = fill(ring, 800, 0, 0);
    expect(ring.capacity).toBe(800);
    expect(ring.push(event(801, time + 75_001))).toBe(true);
    expect([ring.start, ring.end, ring.capacity]).toEqual([401, 801, 400]);
    fill(ring, 1000, time + 100_000, 10_000);
    expect([ring.start, ring.end, ring.capacity]).toEqual([1701, 1801, 100]);
    for (let i = ring.start; i < ring.end; i++) expect(ring.at(i)?.revision).toBe(i + 1);
    expect(ring.at(ring.start - 1)).toBeUndefined();
  });

  test('neither grows nor shrinks while between a quarter and all of it is fresh', () => {
    const ring = new Ring<ReturnType<typeof event>>();
    const time = fill(ring, 400, 0, 0);
    fill(ring, 2000, time + 80_000, 300);
    expect(ring.capacity).toBe(400);
  });

  test('finds the first event after a revision', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000)), fc.nat(1000), (revisions, after) => {
        const ring = new Ring();
        revisions.sort((a, b) => a - b).forEach((revision) => ring.push(event(revision)));
        expect(ring.at(ring.firstAfter(after))?.revision).toBe(revisions.find((revision) => revision > after));
      }),
    );
  });

  test('goes on counting after it was cleared', () => {
    const ring = new Ring();
    for (let i = 1; i <= 3; i++) ring.push(event(i));
    ring.clear();
    expect([ring.start, ring.size, ring.at(2)]).toEqual([3, 0, undefined]);
    ring.push(event(9));
    expect([ring.at(3)?.revision, ring.firstAfter(3)]).toEqual([9, 3]);
  });
});
