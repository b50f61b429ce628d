/**
 * Operators, and what any expression knows of sizes and types. Those that do not take all of their arguments as values
 * are here for the checker alone; program.ts runs them.
 *
 * Upstream: github.com/google/cel-go/common/stdlib/standard.go.
 */
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { isInt, isUint } from '../literals.ts';
import { EvaluationError } from '../source.ts';
import { newTimestamp } from '../time.ts';
import { compare, Duration, equal, mapKey, TypeValue, typeName, Uint } from '../values.ts';
import type { Value } from '../values.ts';

function int(value: bigint): bigint {
  if (!isInt(value)) throw new EvaluationError('integer overflow');
  return value;
}
function uint(value: bigint): Uint {
  if (!isUint(value)) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
}
function duration(ns: bigint): Duration {
  if (!isInt(ns)) throw new EvaluationError('duration overflow');
  return new Duration(ns);
}
function divisor(value: bigint, what: string): bigint {
  if (value === 0n) throw new EvaluationError(what);
  return value;
}
const BY_ZERO = 'division by zero';
const MODULUS = 'modulus by zero';

const inProgram = (): never => {
  throw new EvaluationError('no such overload');
};
const onlyChecked = (name: string, params: readonly string[], result: string) => func(name, params, result, inProgram);

/** Of the length of what is looked at, a tenth. */
export const lengths = (...texts: readonly (string | Uint8Array | readonly Value[])[]) => texts.reduce((sum, { length }) => sum + length, 0) / 10;

const logic: Overload[] = [
  onlyChecked('_?_:_', ['bool', 'A', 'A'], 'A'),
  onlyChecked('_&&_', ['bool', 'bool'], 'bool'),
  onlyChecked('_||_', ['bool', 'bool'], 'bool'),
  onlyChecked('_==_', ['A', 'A'], 'bool'),
  onlyChecked('_!=_', ['A', 'A'], 'bool'),
  onlyChecked('_[_]', ['list(A)', 'int'], 'A'),
  onlyChecked('_[_]', ['map(A, B)', 'A'], 'B'),
  func('!_', ['bool'], 'bool', (a) => !a),
  func('-_', ['int'], 'int', (a) => int(-a)),
  func('-_', ['double'], 'double', (a) => -a),
];

const arithmetic: Overload[] = [
  func('_+_', ['int', 'int'], 'int', (a, b) => int(a + b)),
  func('_+_', ['uint', 'uint'], 'uint', (a, b) => uint(a.value + b.value)),
  func('_+_', ['double', 'double'], 'double', (a, b) => a + b),
  func('_+_', ['string', 'string'], 'string', (a, b) => a + b, lengths),
  func('_+_', ['bytes', 'bytes'], 'bytes', (a, b) => Uint8Array.of(...a, ...b), lengths),
  func('_+_', ['list(A)', 'list(A)'], 'list(A)', (a, b) => [...a, ...b], lengths),
  func('_+_', ['duration', 'duration'], 'duration', (a, b) => duration(a.ns + b.ns)),
  func('_+_', ['duration', 'timestamp'], 'timestamp', (a, b) => newTimestamp(a.ns + b.ns)),
  func('_+_', ['timestamp', 'duration'], 'timestamp', (a, b) => newTimestamp(a.ns + b.ns)),
  func('_-_', ['int', 'int'], 'int', (a, b) => int(a - b)),
  func('_-_', ['uint', 'uint'], 'uint', (a, b) => uint(a.value - b.value)),
  func('_-_', ['double', 'double'], 'double', (a, b) => a - b),
  func('_-_', ['duration', 'duration'], 'duration', (a, b) => duration(a.ns - b.ns)),
  func('_-_', ['timestamp', 'duration'], 'timestamp', (a, b) => newTimestamp(a.ns - b.ns)),
  func('_-_', ['timestamp', 'timestamp'], 'duration', (a, b) => duration(a.ns - b.ns)),
  func('_*_', ['int', 'int'], 'int', (a, b) => int(a * b)),
  func('_*_', ['uint', 'uint'], 'uint', (a, b) => uint(a.value * b.value)),
  func('_*_', ['double', 'double'], 'double', (a, b) => a * b),
  func('_/_', ['int', 'int'], 'int', (a, b) => int(a / divisor(b, BY_ZERO))),
  func('_/_', ['uint', 'uint'], 'uint', (a, b) => uint(a.value / divisor(b.value, BY_ZERO))),
  func('_/_', ['double', 'double'], 'double', (a, b) => a / b),
  func('_%_', ['int', 'int'], 'int', (a, b) => int(a % divisor(b, MODULUS))),
  func('_%_', ['uint', 'uint'], 'uint', (a, b) => uint(a.value % divisor(b.value, MODULUS))),
];

const ORDERED = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const NUMERIC = ['int', 'uint', 'double'];
const pairs = [...ORDERED.map((type) => [type, type] as const), ...NUMERIC.flatMap((a) => NUMERIC.filter((b) => b !== a).map((b) => [a, b] as const))];
const relation = (name: string, holds: (order: number) => boolean) =>
  pairs.map(([a, b]) =>
    func(name, [a, b], 'bool', (x, y) => {
      const order = compare(x, y);
      if (order === undefined) throw new EvaluationError('NaN values cannot be ordered');
      return holds(order);
    }),
  );

const relations: Overload[] = [
  ...relation('_<_', (order) => order < 0),
  ...relation('_<=_', (order) => order <= 0),
  ...relation('_>_', (order) => order > 0),
  ...relation('_>=_', (order) => order >= 0),
];

/** In code points. */
const sizeOf = (text: string) => BigInt([...text].length);

const collections: Overload[] = [
  func('@in', ['A', 'list(A)'], 'bool', (item, list) => list.some((each) => equal(each, item)), (_item, list) => list.length),
  func('@in', ['A', 'map(A, B)'], 'bool', (key, map) => {
    const known = mapKey(key);
    return known !== undefined && map.has(known);
  }),
  func('size', ['string'], 'int', sizeOf, lengths),
  method('size', ['string'], 'int', sizeOf, lengths),
  func('size', ['bytes'], 'int', (a) => BigInt(a.length)),
  method('size', ['bytes'], 'int', (a) => BigInt(a.length)),
  func('size', ['list(A)'], 'int', (a) => BigInt(a.length)),
  method('size', ['list(A)'], 'int', (a) => BigInt(a.length)),
  func('size', ['map(A, B)'], 'int', (a) => BigInt(a.size)),
  method('size', ['map(A, B)'], 'int', (a) => BigInt(a.size)),
  func('type', ['A'], 'type(A)', (a) => new TypeValue(typeName(a))),
  func('dyn', ['A'], 'dyn', (a) => a),
];

export const operators: readonly Overload[] = [...logic, ...arithmetic, ...relations, ...collections];
