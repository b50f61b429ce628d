/**
 * Values that may not be there. What looks at its second argument only where the first is none runs in program.ts.
 *
 * Upstream: optionalLib of github.com/google/cel-go/cel/library.go.
 */
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { Duration, isList, isMap, numberOf, Optional, Timestamp, Uint } from '../values.ts';
import type { Value } from '../values.ts';

function valueOf({ value }: Optional): Value {
  if (value === undefined) throw new EvaluationError('optional.none() dereference');
  return value;
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  if (typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint) return Number(numberOf(value)) === 0;
  if (isList(value) || value instanceof Uint8Array) return value.length === 0;
  if (isMap(value)) return value.size === 0;
  if (value instanceof Duration || value instanceof Timestamp) return value.ns === 0n;
  return value instanceof Optional && value.value === undefined;
}

const unwrap = (list: readonly Value[]) => list.flatMap((each) => (each instanceof Optional && each.value !== undefined ? [each.value] : []));
const onlyChecked = (): never => {
  throw new EvaluationError('no such overload');
};

export const optionals: readonly Overload[] = [
  func('optional.of', ['V'], 'optional_type(V)', (value) => new Optional(value)),
  func('optional.ofNonZeroValue', ['V'], 'optional_type(V)', (value) => new Optional(isZero(value) ? undefined : value)),
  func('optional.none', [], 'optional_type(V)', () => new Optional()),
  func('optional.unwrap', ['list(optional_type(V))'], 'list(V)', unwrap),
  method('unwrapOpt', ['list(optional_type(V))'], 'list(V)', unwrap),
  method('value', ['optional_type(V)'], 'V', valueOf),
  method('hasValue', ['optional_type(V)'], 'bool', ({ value }) => value !== undefined),
  method('or', ['optional_type(V)', 'optional_type(V)'], 'optional_type(V)', onlyChecked),
  method('orValue', ['optional_type(V)', 'V'], 'V', onlyChecked),
  method('first', ['list(V)'], 'optional_type(V)', (list) => new Optional(list[0])),
  method('last', ['list(V)'], 'optional_type(V)', (list) => new Optional(list.at(-1))),
  func('_[?_]', ['list(V)', 'int'], 'optional_type(V)', onlyChecked),
  func('_[?_]', ['optional_type(list(V))', 'int'], 'optional_type(V)', onlyChecked),
  func('_[?_]', ['map(K, V)', 'K'], 'optional_type(V)', onlyChecked),
  func('_[?_]', ['optional_type(map(K, V))', 'K'], 'optional_type(V)', onlyChecked),
  func('_[_]', ['optional_type(list(V))', 'int'], 'optional_type(V)', onlyChecked),
  func('_[_]', ['optional_type(map(K, V))', 'K'], 'optional_type(V)', onlyChecked),
];
