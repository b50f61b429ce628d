/** The static types of values: of the literals of an expression, and of what a program came to. */
import type { Type } from './types.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, listType, mapType, NULL, optionalType, STRING, TIMESTAMP, typeType, UINT } from './types.ts';
import { Duration, isList, isMap, Opaque, Optional, Timestamp, TypeValue, Uint } from './values.ts';
import type { Value } from './values.ts';

export function typeOfValue(value: Value): Type {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return DOUBLE;
  if (typeof value === 'string') return STRING;
  if (isList(value)) return listType(DYN);
  if (isMap(value)) return mapType(DYN, DYN);
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Uint) return UINT;
  if (value instanceof Timestamp) return TIMESTAMP;
  if (value instanceof Duration) return DURATION;
  if (value instanceof TypeValue) return typeType(DYN);
  if (value instanceof Optional) return optionalType(DYN);
  return value instanceof Opaque ? value.type : DYN;
}
