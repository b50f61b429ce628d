import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring } from './ring.ts';

const event = (revision: number, recordTime = 0) => ({ revision, recordTime });

describe('Ring', () => {
  test('keeps a hundred events however old, and all young ones', () => {
    const ring = new Ring();
    for (let i = 1; i <= 300; i++) ring.push(event(i));
    expect([ring.start, ring.end, ring.capacity]).toEqual([0, 300, 300]);
    expect(ring.push(event(301, 75_001))).toBe(true);
    expect([ring.start, ring.end, ring.capacity]).toEqual([201, 301, 100]);
    expect(ring.at(200)).toBeUndefined();
    expect(ring.at(201)?.revision).toBe(202);
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
  });
});
