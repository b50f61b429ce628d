/**
 * How the functions of expressions are declared: a name, the types of what they take and give, and what they do.
 *
 * Upstream: github.com/google/cel-go/common/decls.
 */
import type { RE2JS } from 're2js';
import type { Type } from './types.ts';
import { parseType } from './types.ts';
import type { CelMap, Duration, Optional, Timestamp, TypeValue, Uint, Value } from './values.ts';
import { isList, isMap, typeName } from './values.ts';

/** What JavaScript sees of a type in a declaration. */
type Of<S extends string> = S extends 'string' ? string
  : S extends 'int' ? bigint
  : S extends 'uint' ? Uint
  : S extends 'double' ? number
  : S extends 'bool' ? boolean
  : S extends 'bytes' ? Uint8Array
  : S extends 'timestamp' ? Timestamp
  : S extends 'duration' ? Duration
  : S extends `list(${string})` ? readonly Value[]
  : S extends `map(${string})` ? CelMap
  : S extends `optional_type(${string})` ? Optional
  : S extends `type(${string})` ? TypeValue
  : Value;
type ArgsOf<P extends readonly string[]> = { [K in keyof P]: Of<P[K] & string> };

/** What was made for one call of an expression and serves again the next time. */
export interface Site {
  regex?: { pattern: string; compiled: RE2JS };
}

export interface Overload {
  readonly name: string;
  /** Called on the first of the parameters. */
  readonly member: boolean;
  readonly params: readonly Type[];
  readonly result: Type;
  readonly call: (args: readonly Value[], site: Site) => Value;
  /** What it costs beyond the call itself. */
  readonly cost?: (args: readonly Value[]) => number;
}

export type Functions = ReadonlyMap<string, readonly Overload[]>;

type Cost<P extends readonly string[]> = (...args: ArgsOf<P>) => number;

export function func<const P extends readonly string[], R extends string>(name: string, params: P, result: R, call: (...args: [...ArgsOf<P>, Site]) => Of<R>, cost?: Cost<P>): Overload {
  return overload(name, false, params, result, call, cost);
}

export function method<const P extends readonly string[], R extends string>(name: string, params: P, result: R, call: (...args: [...ArgsOf<P>, Site]) => Of<R>, cost?: Cost<P>): Overload {
  return overload(name, true, params, result, call, cost);
}

function overload<P extends readonly string[], R extends string>(name: string, member: boolean, params: P, result: R, call: (...args: [...ArgsOf<P>, Site]) => Of<R>, cost?: Cost<P>): Overload {
  // an overload is called only with arguments that `accepts` has seen
  return { name, member, params: params.map(parseType), result: parseType(result), call: (args, site) => call(...(args as ArgsOf<P>), site), ...(cost && { cost: (args) => cost(...(args as ArgsOf<P>)) }) };
}

export function byName(...libraries: readonly (readonly Overload[])[]): Functions {
  return Map.groupBy(libraries.flat(), ({ name }) => name);
}

/** Whether a value is of a type, as far as a function must know: of what is in it the first tells. */
export function accepts({ kind, name, params }: Type, value: Value): boolean {
  switch (kind) {
    case 'dyn':
    case 'any':
    case 'param':
      return true;
    case 'list':
      return isList(value) && value.slice(0, 1).every((each) => accepts(params[0]!, each));
    case 'map':
      return isMap(value) && value.entries().take(1).every(([key, each]) => accepts(params[0]!, key) && accepts(params[1]!, each));
    case 'struct':
      return isMap(value);
    case 'duration':
    case 'timestamp':
      return typeName(value).toLowerCase() === `google.protobuf.${kind}`;
    case 'opaque':
      return typeName(value) === name;
    default:
      return typeName(value) === kind;
  }
}
