import { expect, test } from 'vitest';
import { processDelta } from './process-deltas.ts';
import { newIndexer } from './store.ts';
import { DeletedFinalStateUnknown } from './the-real-fifo.ts';
import type { Delta } from './the-real-fifo.ts';

interface Thing {
  key: string;
  value: number;
}
const thing = (key: string, value: number): Thing => ({ key, value });
const list = (...objects: Thing[]): Delta<Thing> => ({ type: 'ReplacedAll', object: { objects, resourceVersion: '9' } });

test.each<[string, Delta<Thing>, string[], string[]]>([
  ['what is new is an add', { type: 'Added', object: thing('c', 1) }, ['add c1'], ['a1', 'b1', 'c1']],
  ['what was known is an update, whatever it is said to be', { type: 'Added', object: thing('a', 2) }, ['update a1 to a2'], ['a2', 'b1']],
  ['an update of what nobody knew is an add', { type: 'Updated', object: thing('c', 2) }, ['add c2'], ['a1', 'b1', 'c2']],
  ['what is gone is told as it ended', { type: 'Deleted', object: thing('a', 3) }, ['delete a3'], ['b1']],
  ['a list tells first what is missing from it, as it was last known, then what it holds', list(thing('c', 1), thing('a', 2)), ['delete b1, final state unknown', 'add c1', 'update a1 to a2'], ['c1', 'a2']],
  ['a resync tells all there is', { type: 'SyncAll' }, ['update a1 to a1', 'update b1 to b1'], ['a1', 'b1']],
])('%s, and the copy holds it by then', (_what, delta, told, held) => {
  const copy = newIndexer<Thing>(({ key }) => key, {});
  copy.replace([thing('a', 1), thing('b', 1)], '1');
  const wording = ({ key, value }: Thing) => `${key}${value}`;
  const now = () => copy.list().map(wording);
  const seen: string[] = [];
  const whenTold: string[][] = [];
  const tell = (what: string) => void (seen.push(what), whenTold.push(now()));
  const handler = {
    onAdd: (obj: Thing) => tell(`add ${wording(obj)}`),
    onUpdate: (old: Thing, obj: Thing) => tell(`update ${wording(old)} to ${wording(obj)}`),
    onDelete: (obj: Thing | DeletedFinalStateUnknown<Thing>) => tell(obj instanceof DeletedFinalStateUnknown ? `delete ${wording((obj).obj)}, final state unknown` : `delete ${wording(obj)}`),
  };
  processDelta(handler, copy, delta, false);
  expect(seen).toEqual(told);
  expect(now()).toEqual(held);
  expect(whenTold).toEqual(told.map(() => held));
});
