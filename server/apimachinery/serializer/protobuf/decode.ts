/**
 * From a message's bytes to the JSON form of the struct that Go's generated code would fill from them.
 *
 * Upstream: the generated.pb.go of each package. Unknown numbers are skipped, as there; a number with a wire type that
 * is not its own is an error.
 */
import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs/minimal.js';
import { canonicalizeQuantity } from '../../quantity.ts';
import { joinTime } from '../go-time.ts';
import type { GoType, StructType, Wire } from '../typed/go-type.ts';
import { assemble, zeroValue } from '../typed/go-type.ts';
import { endOf, expectWireType, listAt, mapAt, readMessage } from './message.ts';

const delimited = 2;
const wireTypes: Partial<Record<GoType['kind'], number>> = { int32: 0, int64: 0, bool: 0, float64: 1 };
const wireTypeOf = (type: GoType) => wireTypes[type.kind] ?? delimited;
const text: GoType = { kind: 'string', goName: 'string' };
const int32: GoType = { kind: 'int32', goName: 'int32' };
const int64: GoType = { kind: 'int64', goName: 'int64' };
const bool: GoType = { kind: 'bool', goName: 'bool' };
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

export function decodeStruct(type: StructType, reader: Reader, end: number): Record<string, unknown> {
  const values: unknown[] = new Array(type.fields.length);
  decodeFields(type.wire, values, reader, end);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value instanceof Map) values[i] = Object.fromEntries([...value].sort(byKey));
  }
  return assemble(type, values);
}

function decodeFields(wire: Wire, values: unknown[], reader: Reader, end: number): void {
  readMessage(reader, end, (id, wireType) => {
    const entry = wire.get(id);
    if (!entry) return false;
    if (entry.is === 'embedded') {
      expectWireType(delimited, wireType, String(id));
      decodeFields(entry.wire, values, reader, endOf(reader, end));
      return true;
    }
    const { type, index, name } = entry.field;
    if (type.kind === 'slice' && entry.is === 'field') {
      decodeItems(type.item, listAt(values, index), wireType, reader, end, name);
      return true;
    }
    expectWireType(wireTypeOf(type), wireType, name);
    if (entry.is === 'wrapped') values[index] = decodeWrapped(type, reader, endOf(reader, end));
    else if (type.kind === 'map') decodeEntry(type.value, mapAt(values, index), reader, endOf(reader, end));
    else values[index] = decodeOne(type, reader, end);
    return true;
  });
}

/** Halves, where protobufjs has its Long; else a number already. */
const numberOf = (value: number | { low: number; high: number }) => (typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0));

/** One item; numbers may also come many in a row, packed. */
function decodeItems(item: GoType, items: unknown[], wireType: number, reader: Reader, end: number, field: string): void {
  const expected = wireTypeOf(item);
  if (expected === delimited || wireType !== delimited) {
    expectWireType(expected, wireType, field);
    items.push(decodeOne(item, reader, end));
    return;
  }
  const packed = endOf(reader, end);
  while (reader.pos < packed) items.push(decodeOne(item, reader, packed));
}

/** A list in a message of its own, under the number 1. */
function decodeWrapped(type: GoType, reader: Reader, end: number): unknown[] {
  const items: unknown[] = [];
  readMessage(reader, end, (id, wireType) => {
    if (id !== 1 || type.kind !== 'slice') return false;
    decodeItems(type.item, items, wireType, reader, end, 'items');
    return true;
  });
  return items;
}

function decodeEntry(type: GoType, map: Map<string, unknown>, reader: Reader, end: number): void {
  let key = '';
  let value: unknown;
  readMessage(reader, end, (id) => {
    if (id === 1) key = String(decodeOne(text, reader, end));
    else if (id === 2) value = type.kind === 'slice' ? decodeWrapped(type, reader, endOf(reader, end)) : decodeOne(type, reader, end);
    return id === 1 || id === 2;
  });
  map.set(key, value ?? zeroValue(type));
}

function decodeOne(type: GoType, reader: Reader, limit: number): unknown {
  switch (type.kind) {
    case 'int32':
      return reader.int32();
    case 'int64':
      return numberOf(reader.int64());
    case 'bool':
      return reader.bool();
    case 'float64':
      return reader.double();
    case 'string':
      return reader.string();
    default: {
      const end = endOf(reader, limit);
      const value = decodeDelimited(type, reader, end);
      reader.pos = end;
      return value;
    }
  }
}

function decodeDelimited(type: GoType, reader: Reader, end: number): unknown {
  switch (type.kind) {
    case 'bytes':
      return protobuf.util.base64.encode(reader.buf, reader.pos, end);
    case 'struct':
      return decodeStruct(type, reader, end);
    case 'time':
    case 'microTime': {
      if (reader.pos === end) return null;
      const { 1: seconds = 0, 2: nanos = 0 } = decodeNumbered({ 1: int64, 2: int32 }, reader, end);
      return joinTime(type.kind, Number(seconds), Math.trunc(Number(nanos) / 1000));
    }
    case 'quantity':
      return canonicalizeQuantity(String(decodeNumbered({ 1: text }, reader, end)[1] ?? '0'));
    case 'intOrString': {
      const { 1: kind = 0, 2: number = 0, 3: string = '' } = decodeNumbered({ 1: int64, 2: int32, 3: text }, reader, end);
      return kind === 1 ? string : number;
    }
    case 'raw': {
      const json = decodeNumbered({ 1: text }, reader, end)[1];
      return typeof json === 'string' && json !== '' ? JSON.parse(json) : null;
    }
    case 'schemaOrBool': {
      const { 1: allows = false, 2: schema } = decodeNumbered({ 1: bool, 2: type.schema }, reader, end);
      return schema ?? allows;
    }
    case 'schemaOrArray':
    case 'schemaOrStringArray': {
      const items: GoType = { kind: 'slice', goName: '', item: type.kind === 'schemaOrArray' ? type.schema : text };
      const { 1: schema = null, 2: list } = decodeNumbered({ 1: type.schema, 2: items }, reader, end);
      return list ?? schema;
    }
    default:
      throw new Error(`proto: ${type.goName} is no message`);
  }
}

/** The values of a message that has no struct, by their numbers. */
function decodeNumbered(types: Record<number, GoType>, reader: Reader, end: number): Record<number, unknown> {
  const values: unknown[] = [];
  readMessage(reader, end, (id, wireType) => {
    const type = types[id];
    if (!type) return false;
    if (type.kind === 'slice') decodeItems(type.item, listAt(values, id), wireType, reader, end, String(id));
    else {
      expectWireType(wireTypeOf(type), wireType, String(id));
      values[id] = decodeOne(type, reader, end);
    }
    return true;
  });
  return values;
}
