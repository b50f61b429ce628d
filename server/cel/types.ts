/**
 * The types of expressions, as they are declared, inferred and shown in messages.
 *
 * Upstream: github.com/google/cel-go/common/types (types.go) and checker/format.go. Leaves out wrappers and protobuf
 * messages; an object with known fields is a struct.
 */
export type Kind =
  | 'any' | 'bool' | 'bytes' | 'double' | 'duration' | 'dyn' | 'error' | 'int' | 'list' | 'map' | 'null_type' | 'opaque'
  | 'param' | 'string' | 'struct' | 'timestamp' | 'type' | 'uint';

export interface Type {
  readonly kind: Kind;
  readonly name: string;
  readonly params: readonly Type[];
  /** Of a struct. */
  readonly fields?: Readonly<Record<string, Type>>;
}

const simple = (kind: Kind, name: string = kind): Type => ({ kind, name, params: [] });

export const ANY = simple('any');
export const BOOL = simple('bool');
export const BYTES = simple('bytes');
export const DOUBLE = simple('double');
export const DURATION = simple('duration');
export const DYN = simple('dyn');
export const ERROR = simple('error', '!error!');
export const INT = simple('int');
export const NULL = simple('null_type', 'null');
export const STRING = simple('string');
export const TIMESTAMP = simple('timestamp');
export const UINT = simple('uint');
/** The type of types, of which nothing more is known. */
const TYPE = simple('type');

export const listType = (element: Type): Type => ({ kind: 'list', name: 'list', params: [element] });
export const mapType = (key: Type, value: Type): Type => ({ kind: 'map', name: 'map', params: [key, value] });
export const typeType = (of: Type): Type => ({ kind: 'type', name: 'type', params: [of] });
export const optionalType = (of: Type): Type => opaqueType('optional_type', of);
export const paramType = (name: string): Type => simple('param', name);
export const opaqueType = (name: string, ...params: Type[]): Type => ({ kind: 'opaque', name, params });
export const structType = (name: string, fields: Record<string, Type>): Type => ({ kind: 'struct', name, params: [], fields });

export const isOptional = (type: Type) => type.kind === 'opaque' && type.name === 'optional_type';

export function formatType({ name, params }: Type): string {
  return params.length === 0 ? name : `${name}(${params.map(formatType).join(', ')})`;
}

export function sameType(a: Type, b: Type): boolean {
  return a.kind === b.kind && a.name === b.name && a.params.length === b.params.length && a.params.every((param, i) => sameType(param, b.params[i]!));
}

const named: Readonly<Record<string, Type>> = {
  any: ANY, bool: BOOL, bytes: BYTES, double: DOUBLE, duration: DURATION, dyn: DYN, int: INT, null_type: NULL, string: STRING, timestamp: TIMESTAMP, type: TYPE, uint: UINT,
};

/** Reads a type as declarations write it: `list(string)`, `map(A, B)`, `kubernetes.Quantity`. One capital is a parameter. */
export function parseType(text: string): Type {
  const open = text.indexOf('(');
  if (open < 0) return named[text] ?? (/^[A-Z]$/.test(text) ? paramType(text) : opaqueType(text));
  const name = text.slice(0, open);
  const params = splitParams(text.slice(open + 1, -1)).map(parseType);
  const kind: Kind = name === 'list' || name === 'map' || name === 'type' ? name : 'opaque';
  return { kind, name, params };
}

function splitParams(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (depth === 0 && (i === text.length || text[i] === ',')) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return parts;
}
