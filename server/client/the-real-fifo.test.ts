import { describe, expect, test } from 'vitest';
import { newRealFIFO } from './the-real-fifo.ts';
import type { Delta, RealFIFO } from './the-real-fifo.ts';

const wording = (delta: Delta<string>) => (delta.type === 'SyncAll' ? delta.type : `${delta.type} ${delta.type === 'ReplacedAll' ? `${delta.object.objects.join('+')}@${delta.object.resourceVersion}` : delta.object}`);

/** What waits, in its order. */
async function drain(queue: RealFIFO<string>): Promise<string[]> {
  const seen: string[] = [];
  queue.close();
  while (await queue.pop((delta) => void seen.push(wording(delta))));
  return seen;
}

describe('a queue of deltas', () => {
  test.each<[string, (queue: RealFIFO<string>) => void, string[]]>([
    ['hands over what happened in the order in which it happened, whichever object it happened to', (q) => [q.add('a1'), q.add('b1'), q.update('a2'), q.delete('b1')], ['Added a1', 'Added b1', 'Updated a2', 'Deleted b1']],
    ['has a list as one', (q) => [q.add('a1'), q.replace(['a2', 'b1'], '5'), q.update('b2')], ['Added a1', 'ReplacedAll a2+b1@5', 'Updated b2']],
    ['has a resync as one, after what is older', (q) => [q.update('a1'), q.resync()], ['Updated a1', 'SyncAll']],
  ])('%s', async (_what, change, expected) => {
    const queue = newRealFIFO<string>();
    change(queue);
    expect(await drain(queue)).toEqual(expected);
  });

  test('holds objects as a transformer leaves them', async () => {
    const queue = newRealFIFO<string>({ transformer: (obj) => obj.toUpperCase() });
    queue.add('a');
    queue.replace(['b'], '1');
    queue.delete('b');
    expect(await drain(queue)).toEqual(['Added A', 'ReplacedAll B@1', 'Deleted B']);
  });

  test.each([[['a', 'b']], [[]]])('has synced when the first list, of %j, has been handled', async (list) => {
    const queue = newRealFIFO<string>();
    expect(queue.hasSynced()).toBe(false);
    queue.replace(list, '1');
    queue.add('c');
    const initial: boolean[] = [];
    const pop = () => queue.pop((_delta, isInInitialList) => void initial.push(isInInitialList, queue.hasSynced()));
    await pop();
    expect(queue.hasSynced()).toBe(true);
    await pop();
    expect(initial).toEqual([true, false, false, true]);
  });

  test('waits for what comes, and lets go of who waits when it is closed', async () => {
    const queue = newRealFIFO<string>();
    const seen: string[] = [];
    const pop = () => queue.pop((delta) => void seen.push(wording(delta)));
    const waiting = pop();
    queue.add('a');
    expect(await waiting).toBe(true);
    const last = pop();
    queue.close();
    expect([await last, seen]).toEqual([false, ['Added a']]);
  });
});
