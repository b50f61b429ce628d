import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.ts';
import { hashFlowID, newDealer } from './shuffle-sharding.ts';

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])('makes the digest of %i bytes as Node does', (length) => {
  const message = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff);
  expect(sha256(message).map((word) => word.toString(16).padStart(8, '0')).join('')).toBe(createHash('sha256').update(message).digest('hex'));
});

test('reads the hash of a flow as upstream does, its first byte the lowest', () => {
  expect(hashFlowID('global-default\0alice')).toBe(createHash('sha256').update('global-default\0alice').digest().readBigUInt64LE());
});

test.each([[0, 1], [1, 0], [2, 3], [(1 << 26) + 1, 1], [1 << 11, 6]])('has no dealer for %i queues and hands of %i', (deckSize, handSize) => {
  expect(newDealer(deckSize, handSize)).toBeUndefined();
});

test.each([[128, 6], [64, 6], [16, 4], [6, 6], [1, 1]])('deals from %i queues hands of %i that hold none twice', (deckSize, handSize) => {
  const dealer = newDealer(deckSize, handSize)!;
  for (let i = 0; i < 500; i++) {
    const hand = dealer.deal(hashFlowID(String(i)));
    expect(new Set(hand).size).toBe(handSize);
    expect(hand.every((card) => card >= 0 && card < deckSize)).toBe(true);
  }
});

test('deals every hand equally often', () => {
  const dealer = newDealer(4, 2)!;
  const dealt = new Map<string, number>();
  for (let hash = 0n; hash < 12n * 10n; hash++) {
    const hand = dealer.deal(hash).join();
    dealt.set(hand, (dealt.get(hand) ?? 0) + 1);
  }
  expect([...dealt.values()]).toEqual(Array(12).fill(10));
});

test('puts the flows of many users on all queues alike, and gives the same flow the same hand', () => {
  const dealer = newDealer(64, 6)!;
  const cards = Array<number>(64).fill(0);
  for (let i = 0; i < 5000; i++) for (const card of dealer.handOf('schema', `user-${i}`)) cards[card]!++;
  const expected = (5000 * 6) / 64;
  expect(Math.max(...cards)).toBeLessThan(expected * 1.25);
  expect(Math.min(...cards)).toBeGreaterThan(expected * 0.75);
  expect(dealer.handOf('schema', 'user-1')).toEqual(newDealer(64, 6)!.handOf('schema', 'user-1'));
  expect(dealer.handOf('schema', 'user-1')).not.toEqual(dealer.handOf('another', 'user-1'));
});
