/**
 * Random operations on an etcd, as data that means the same on any: keys are names below the run's own prefix,
 * revisions count back from the present, leases and values are small numbers.
 */
import fc from 'fast-check';
import type { Compare } from '../client.ts';

export interface Keys {
  key: string;
  /** A name below the prefix as well, unless it is 'all', 'onward' (etcd's zero byte) or absent. */
  end?: string;
}

/** Revisions before the present one; negative: in the future. */
type Back = number;

export type WriteOp =
  | { op: 'range'; keys: Keys; back?: Back; limit: number; keysOnly: boolean; countOnly: boolean }
  | { op: 'put'; key: string; value: number; lease?: number; prevKv: boolean }
  | { op: 'deleteRange'; keys: Keys; prevKv: boolean };

export type Condition = { key: string; target: Compare['target']; result: Compare['result']; value: number };

export type Operation =
  | { kind: 'range'; range: Extract<WriteOp, { op: 'range' }> }
  | { kind: 'txn'; compare: Condition[]; success: WriteOp[]; failure: WriteOp[] }
  | { kind: 'watch'; keys: Keys; back?: Back; prevKv: boolean }
  | { kind: 'compact'; back: Back }
  | { kind: 'grant' }
  | { kind: 'revoke'; lease: number };

const names = ['a', 'a/1', 'a/2', 'b', 'c'];
const name = fc.constantFrom(...names);
const maybeNoName = fc.oneof({ weight: 40, arbitrary: name }, { weight: 1, arbitrary: fc.constant('') });

const ordered: fc.Arbitrary<Keys> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ key: name }) },
  { weight: 2, arbitrary: fc.constant({ key: 'a/', end: 'a0' }) },
  { weight: 2, arbitrary: fc.constant({ key: 'all', end: 'all' }) },
  { weight: 1, arbitrary: fc.tuple(name, name).filter(([a, b]) => a < b).map(([key, end]) => ({ key, end })) },
);
const anyKeys: fc.Arbitrary<Keys> = fc.oneof(
  { weight: 8, arbitrary: ordered },
  { weight: 1, arbitrary: fc.record({ key: name, end: fc.constant('onward') }) },
  { weight: 1, arbitrary: fc.record({ key: maybeNoName, end: name }) },
);

const back = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: -1 }) },
);
const maybeBack = fc.option(back, { nil: undefined });
const prevKv = fc.boolean();
const rarely = fc.integer({ min: 0, max: 5 }).map((n) => n === 0);

function range(keys: fc.Arbitrary<Keys>): fc.Arbitrary<Extract<WriteOp, { op: 'range' }>> {
  return fc.record({ op: fc.constant('range' as const), keys, back: maybeBack, limit: fc.nat(4), keysOnly: rarely, countOnly: rarely });
}

const put = fc.record({
  op: fc.constant('put' as const),
  key: maybeNoName,
  value: fc.nat(99),
  lease: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
  prevKv,
});

function deleteRange(keys: fc.Arbitrary<Keys>): fc.Arbitrary<WriteOp> {
  return fc.record({ op: fc.constant('deleteRange' as const), keys, prevKv });
}

const writeOps = fc.array(
  fc.oneof({ weight: 4, arbitrary: put }, { weight: 1, arbitrary: deleteRange(ordered) }, { weight: 1, arbitrary: range(ordered) }),
  { maxLength: 4 },
);
const condition: fc.Arbitrary<Condition> = fc.record({
  key: name,
  target: fc.constantFrom('mod', 'create', 'version'),
  result: fc.constantFrom('equal', 'greater', 'less', 'notEqual'),
  value: fc.nat(8),
});

function alone(write: fc.Arbitrary<WriteOp>): fc.Arbitrary<Operation> {
  return write.map((op) => ({ kind: 'txn', compare: [], success: [op], failure: [] }));
}

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: alone(put) },
  { weight: 3, arbitrary: alone(deleteRange(anyKeys)) },
  { weight: 4, arbitrary: range(anyKeys).map((each) => ({ kind: 'range' as const, range: each })) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('txn' as const),
      compare: fc.array(condition, { maxLength: 2 }),
      success: writeOps,
      failure: writeOps,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('watch' as const), keys: ordered, back: maybeBack, prevKv }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), back }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'grant' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), lease: fc.nat(3) }) },
);

export const operations = fc.array(operation, { minLength: 10, maxLength: 40, size: 'max' });
