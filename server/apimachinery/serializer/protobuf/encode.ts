/**
 * From an object's JSON form to the bytes that Go's generated code makes of the struct: ascending numbers, sorted map
 * keys, and every field that is no pointer written, be it empty.
 *
 * Upstream: the generated.pb.go of each package; time_proto.go, quantity_proto.go, intstr.go.
 */
import type { Writer } from 'protobufjs/minimal.js';
import { marshalJSON } from '../../quote.ts';
import { splitTime } from '../go-time.ts';
import type { GoType, StructType, Wire } from '../typed/go-type.ts';
import { zeroValue } from '../typed/go-type.ts';

const varint = 0;
const fixed64 = 1;
const delimited = 2;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function encodeStruct(type: StructType, value: Fields, writer: Writer): void {
  encodeFields(type.wire, value, writer);
}

function encodeFields(wire: Wire, value: Fields, writer: Writer): void {
  for (const [id, entry] of wire) {
    if (entry.is === 'embedded') {
      writer.uint32((id << 3) | delimited).fork();
      encodeFields(entry.wire, value, writer);
      writer.ldelim();
      continue;
    }
    const { type, name, pointer } = entry.field;
    const given = value[name] ?? undefined;
    if (given === undefined && (pointer || isNil(type))) continue;
    if (entry.is === 'wrapped') encodeWrapped(id, type, given, writer);
    else if (type.kind === 'slice') for (const item of listOf(given)) encodeOne(id, type.item, item, writer);
    else if (type.kind === 'map') encodeMap(id, type.value, given, writer);
    else encodeOne(id, type, given, writer);
  }
}

/** Types whose empty value is nil, which no byte stands for. */
function isNil({ kind }: GoType): boolean {
  return kind === 'slice' || kind === 'map' || kind === 'bytes';
}

/** A list in a message of its own, under the number 1. */
function encodeWrapped(id: number, type: GoType, value: unknown, writer: Writer): void {
  writer.uint32((id << 3) | delimited).fork();
  if (type.kind === 'slice') for (const item of listOf(value)) encodeOne(1, type.item, item, writer);
  writer.ldelim();
}

function encodeMap(id: number, type: GoType, value: unknown, writer: Writer): void {
  if (!isFields(value)) return;
  for (const key of Object.keys(value).sort()) {
    writer.uint32((id << 3) | delimited).fork().uint32((1 << 3) | delimited).string(key);
    if (type.kind === 'slice') encodeWrapped(2, type, value[key], writer);
    else encodeOne(2, type, value[key], writer);
    writer.ldelim();
  }
}

function encodeOne(id: number, type: GoType, given: unknown, writer: Writer): void {
  const value = given ?? zeroValue(type);
  switch (type.kind) {
    case 'string':
      writer.uint32((id << 3) | delimited).string(String(value));
      return;
    case 'int32':
      writer.uint32((id << 3) | varint).int32(Number(value));
      return;
    case 'int64':
      writer.uint32((id << 3) | varint).int64(Number(value));
      return;
    case 'bool':
      writer.uint32((id << 3) | varint).bool(value === true);
      return;
    case 'float64':
      writer.uint32((id << 3) | fixed64).double(Number(value));
      return;
    case 'bytes':
      writer.uint32((id << 3) | delimited).bytes(String(value ?? ''));
      return;
    default:
      writer.uint32((id << 3) | delimited).fork();
      encodeMessage(type, value, writer);
      writer.ldelim();
  }
}

function encodeMessage(type: GoType, value: unknown, writer: Writer): void {
  switch (type.kind) {
    case 'struct':
      return encodeStruct(type, isFields(value) ? value : {}, writer);
    case 'time':
    case 'microTime':
      if (typeof value === 'string') encodeTime(type.kind, value, writer);
      return;
    case 'quantity':
      writer.uint32((1 << 3) | delimited).string(String(value));
      return;
    case 'intOrString': {
      const text = typeof value === 'string';
      writer.uint32((1 << 3) | varint).int32(text ? 1 : 0);
      writer.uint32((2 << 3) | varint).int32(text ? 0 : Number(value));
      writer.uint32((3 << 3) | delimited).string(text ? value : '');
      return;
    }
    case 'raw':
      if (value !== null) writer.uint32((1 << 3) | delimited).string(marshalJSON(value));
      return;
    case 'schemaOrBool':
      writer.uint32((1 << 3) | varint).bool(value !== false);
      if (isFields(value)) encodeOne(2, type.schema, value, writer);
      return;
    case 'schemaOrArray':
    case 'schemaOrStringArray': {
      const item: GoType = type.kind === 'schemaOrArray' ? type.schema : { kind: 'string', goName: 'string' };
      if (Array.isArray(value)) for (const one of value) encodeOne(2, item, one, writer);
      else if (isFields(value)) encodeOne(1, type.schema, value, writer);
    }
  }
}

function encodeTime(kind: 'time' | 'microTime', value: string, writer: Writer): void {
  const { seconds, micros } = splitTime(value);
  writer.uint32((1 << 3) | varint).int64(seconds);
  writer.uint32((2 << 3) | varint).int32(kind === 'time' ? 0 : micros * 1000);
}
