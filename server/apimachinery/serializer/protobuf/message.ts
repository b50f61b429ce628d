/**
 * Walking a message: its numbers one after the other, within its length, each of the wire type that it should have.
 *
 * Upstream: what every generated.pb.go has around its fields, and its errors.
 */
import type { Reader } from 'protobufjs/minimal.js';

/** Hands each number's wire type to `take`, which reads the value or says that it does not know the number. */
export function readMessage(reader: Reader, end: number, take: (id: number, wireType: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    if (tag >>> 3 === 0) throw new Error(`proto: illegal tag 0 (wire type ${wireType})`);
    if (wireType > 5) throw new Error(`proto: illegal wireType ${wireType}`);
    if (!take(tag >>> 3, wireType)) reader.skipType(wireType);
  }
  if (reader.pos !== end) throw new Error('unexpected EOF');
}

/** Where the message that starts here ends. */
export function endOf(reader: Reader, limit: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > limit) throw new Error('unexpected EOF');
  return end;
}

export function expectWireType(expected: number, wireType: number, field: string): void {
  if (wireType !== expected) throw new Error(`proto: wrong wireType = ${wireType} for field ${field.charAt(0).toUpperCase()}${field.slice(1)}`);
}

export function listAt(values: unknown[], index: number): unknown[] {
  const known = values[index];
  if (Array.isArray(known)) return known;
  const list: unknown[] = [];
  values[index] = list;
  return list;
}

export function mapAt(values: unknown[], index: number): Map<string, unknown> {
  const known = values[index];
  if (known instanceof Map) return known as Map<string, unknown>;
  const map = new Map<string, unknown>();
  values[index] = map;
  return map;
}
