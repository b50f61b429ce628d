import { expect, test } from 'vitest';
import { parseFlags } from './flags.ts';
import { priorityAndFairnessFromFlags } from './priority-and-fairness.ts';

const none = ['--max-requests-inflight=0', '--max-mutating-requests-inflight=0'];

test.each<[string[], boolean]>([
  [[], true],
  [['--enable-priority-and-fairness=false'], false],
  [['--enable-priority-and-fairness'], true],
  [['--max-requests-inflight=0'], true],
  [[...none, '--enable-priority-and-fairness=false'], false],
])('%j: requests wait for their turn: %s', (args, expected) => {
  expect(priorityAndFairnessFromFlags(parseFlags(args))).toBe(expected);
});

test('there must be seats to wait for', () => {
  expect(() => priorityAndFairnessFromFlags(parseFlags(none))).toThrow('invalid configuration: MaxRequestsInFlight=0 and MaxMutatingRequestsInFlight=0; they must add up to something positive');
});
