import { describe, expect, test } from 'vitest';
import { DeletedFinalStateUnknown, newDeltaFIFO } from './delta-fifo.ts';
import type { DeltaFIFO } from './delta-fifo.ts';

interface Thing {
  key: string;
  value: number;
}
const thing = (key: string, value = 0): Thing => ({ key, value });

function newQueue(known: Thing[] = []) {
  const objects = new Map(known.map((each) => [each.key, each]));
  return newDeltaFIFO<Thing>(({ key }) => key, { listKeys: () => [...objects.keys()], getByKey: (key) => objects.get(key) });
}

/** What waits, object by object. */
async function drain(queue: DeltaFIFO<Thing>): Promise<string[]> {
  const seen: string[] = [];
  queue.add(thing('end'));
  for (let over = false; !over; ) {
    await queue.pop((deltas) => {
      over = deltas.some(({ object }) => 'key' in object && object.key === 'end');
      if (!over) seen.push(deltas.map(({ type, object }) => (object instanceof DeletedFinalStateUnknown ? `${type}? ${object.key}${(object).obj.value}` : `${type} ${object.key}${object.value}`)).join(', '));
    });
  }
  return seen;
}

describe('a queue of deltas', () => {
  test.each<[string, Thing[], (queue: DeltaFIFO<Thing>) => void, string[]]>([
    ['keeps what happened to an object together, in its order', [], (q) => [q.add(thing('a', 1)), q.add(thing('b', 1)), q.update(thing('a', 2))], ['Added a1, Updated a2', 'Added b1']],
    ['deletes once what is deleted twice', [thing('a')], (q) => [q.delete(thing('a', 1)), q.delete(thing('a', 2))], ['Deleted a2']],
    ['drops the deletion of what nobody knows', [], (q) => q.delete(thing('a')), []],
    ['tells of a deletion that waits behind its creation', [], (q) => [q.add(thing('a', 1)), q.delete(thing('a', 2))], ['Added a1, Deleted a2']],
    ['finds out by a replace what is gone', [thing('a', 1), thing('b', 1)], (q) => q.replace([thing('b', 2)], '5'), ['Replaced b2', 'Deleted? a1']],
    ['finds out by a replace what is gone before anybody heard of it', [], (q) => [q.add(thing('a', 1)), q.replace([], '5')], ['Added a1, Deleted? a1']],
    ['keeps the final state where it is known', [thing('a', 1)], (q) => [q.delete(thing('a', 3)), q.replace([], '5')], ['Deleted a3']],
    ['keeps the final state that comes later', [thing('a', 1)], (q) => [q.replace([], '5'), q.delete(thing('a', 3))], ['Deleted a3']],
    ['brings all that is known again', [thing('a', 1), thing('b', 1)], (q) => q.resync(), ['Sync a1', 'Sync b1']],
    ['does not bring again what has news', [thing('a', 1), thing('b', 1)], (q) => [q.update(thing('b', 2)), q.resync()], ['Updated b2', 'Sync a1']],
  ])('%s', async (_what, known, change, expected) => {
    const queue = newQueue(known);
    change(queue);
    expect(await drain(queue)).toEqual(expected);
  });

  test('has synced when what the first replace brought is handed over', async () => {
    const queue = newQueue();
    expect(queue.hasSynced()).toBe(false);
    queue.replace([thing('a'), thing('b')], '1');
    const initial: boolean[] = [];
    const pop = () => queue.pop((_deltas, isInInitialList) => void initial.push(isInInitialList));
    await pop();
    expect(queue.hasSynced()).toBe(false);
    await pop();
    expect(queue.hasSynced()).toBe(true);
    queue.add(thing('c'));
    await pop();
    expect(initial).toEqual([true, true, false]);
  });

  test('of which the first replace brought nothing has synced', () => {
    const queue = newQueue();
    queue.replace([], '1');
    expect(queue.hasSynced()).toBe(true);
  });

  test('lets go of who waits when it is closed', async () => {
    const queue = newQueue();
    const pop = queue.pop(() => undefined);
    queue.close();
    expect(await pop).toBe(false);
  });
});
