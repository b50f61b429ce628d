/**
 * Lists and sets.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/library/lists.go, and github.com/google/cel-go/ext (lists.go version 3, sets.go).
 */
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { compare, Duration, equal, isList, numberOf, Uint } from '../values.ts';
import type { Value } from '../values.ts';
import { isInt, isUint } from '../literals.ts';

type List = readonly Value[];

const SUMMABLE = ['int', 'uint', 'double', 'duration'];
const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const each = (types: readonly string[], declare: (type: string) => Overload) => types.map(declare);
const size = (list: List) => list.length;

function order(a: Value, b: Value): number {
  const found = compare(a, b);
  if (found === undefined) throw new EvaluationError('no such overload');
  return found;
}

function sum(list: List, type: string): Value {
  if (type === 'double') return list.reduce<number>((total, value) => total + Number(value), 0);
  const total = list.reduce<bigint>((all, value) => all + whole(value), 0n);
  if (type === 'uint' ? !isUint(total) : !isInt(total)) throw new EvaluationError(type === 'uint' ? 'unsigned integer overflow' : type === 'int' ? 'integer overflow' : 'duration overflow');
  return type === 'uint' ? new Uint(total) : type === 'duration' ? new Duration(total) : total;
}

function whole(value: Value): bigint {
  if (value instanceof Duration) return value.ns;
  const number = typeof value === 'bigint' || value instanceof Uint ? numberOf(value) : undefined;
  if (typeof number !== 'bigint') throw new EvaluationError('no such overload');
  return number;
}

/** The first of those that come before all others. */
function best(name: string, list: List, before: (order: number) => boolean): Value {
  const [first, ...rest] = list;
  if (first === undefined) throw new EvaluationError(`${name} called on empty list`);
  return rest.reduce((found, value) => (before(order(value, found)) ? value : found), first);
}

function slice(list: List, start: bigint, end: bigint): List {
  const cannot = (why: string) => new EvaluationError(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) throw cannot('negative indexes not supported');
  if (start > end) throw cannot('start index must be less than or equal to end index');
  if (list.length < end) throw cannot(`list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

function flatten(list: List, depth: bigint): List {
  if (depth < 0n) throw new EvaluationError('level must be non-negative');
  return depth === 0n ? list : list.flatMap((value) => (isList(value) ? flatten(value, depth - 1n) : [value]));
}

const distinct = (list: List) => list.filter((value, i) => list.findIndex((other) => equal(value, other)) === i);
const within = (all: List, value: Value) => all.some((other) => equal(other, value));
const contains = (all: List, some: List) => some.every((value) => within(all, value));
const pairs = (a: List, b: List) => a.length * b.length;
/** How much there is to compare, or to copy, where lists are in lists. */
const deep = (list: List): number => list.reduce<number>((total, value) => total + (isList(value) ? value.length : 1), 0);

export const lists: readonly Overload[] = [
  ...each(COMPARABLE, (type) => method('isSorted', [`list(${type})`], 'bool', (list) => list.every((value, i) => i === 0 || order(list[i - 1]!, value) <= 0), size)),
  ...each(SUMMABLE, (type) => method('sum', [`list(${type})`], type, (list) => sum(list, type), size)),
  ...each(COMPARABLE, (type) => method('min', [`list(${type})`], type, (list) => best('min', list, (found) => found < 0), size)),
  ...each(COMPARABLE, (type) => method('max', [`list(${type})`], type, (list) => best('max', list, (found) => found > 0), size)),
  ...each(COMPARABLE, (type) => method('sort', [`list(${type})`], `list(${type})`, (list) => list.toSorted(order), (list) => list.length * Math.log2(list.length + 1))),
  method('indexOf', ['list(A)', 'A'], 'int', (list, item) => BigInt(list.findIndex((value) => equal(value, item))), size),
  method('lastIndexOf', ['list(A)', 'A'], 'int', (list, item) => BigInt(list.findLastIndex((value) => equal(value, item))), size),
  method('slice', ['list(A)', 'int', 'int'], 'list(A)', slice, size),
  method('flatten', ['list(list(A))'], 'list(A)', (list) => flatten(list, 1n), deep),
  method('flatten', ['list(dyn)', 'int'], 'list(dyn)', flatten, (list, depth) => deep(list) * Math.max(1, Number(depth))),
  method('reverse', ['list(A)'], 'list(A)', (list) => list.toReversed(), size),
  method('distinct', ['list(A)'], 'list(A)', distinct, (list) => pairs(list, list)),
  func('lists.range', ['int'], 'list(int)', (length) => Array.from({ length: Math.max(0, Number(length)) }, (_, i) => BigInt(i)), (length) => Math.max(0, Number(length))),
  func('sets.contains', ['list(A)', 'list(A)'], 'bool', contains, pairs),
  func('sets.equivalent', ['list(A)', 'list(A)'], 'bool', (a, b) => contains(a, b) && contains(b, a), pairs),
  func('sets.intersects', ['list(A)', 'list(A)'], 'bool', (a, b) => a.some((value) => within(b, value)), pairs),
];
