/**
 * The envelope of an object's protobuf bytes: four bytes that say so, then a runtime.Unknown that names the kind and
 * holds the message.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/protobuf/protobuf.go, pkg/runtime/generated.proto (Unknown,
 * TypeMeta). Leaves out content encodings and types: nothing but plain messages is written.
 */
import protobuf from 'protobufjs/minimal.js';
import type { Writer } from 'protobufjs/minimal.js';
import type { TypeMeta } from '../../types.ts';

/** `k8s` and a zero byte. */
export const protoEncodingPrefix: readonly number[] = [0x6b, 0x38, 0x73, 0];

const tag = (id: number) => (id << 3) | 2;

export function hasPrefix(data: Uint8Array): boolean {
  return protoEncodingPrefix.every((byte, i) => data[i] === byte);
}

export function encodeUnknown({ apiVersion, kind }: TypeMeta, encodeRaw: (writer: Writer) => void): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const byte of protoEncodingPrefix) writer.uint32(byte);
  writer.uint32(tag(1)).fork();
  writer.uint32(tag(1)).string(apiVersion).uint32(tag(2)).string(kind).ldelim();
  writer.uint32(tag(2)).fork();
  encodeRaw(writer);
  writer.ldelim().uint32(tag(3)).string('').uint32(tag(4)).string('');
  return writer.finish();
}

/** The envelope's kind and the message in it. */
export function decodeUnknown(data: Uint8Array): TypeMeta & { raw: Uint8Array } {
  const out: TypeMeta & { raw: Uint8Array } = { apiVersion: '', kind: '', raw: new Uint8Array() };
  const reader = protobuf.Reader.create(data.subarray(protoEncodingPrefix.length));
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === tag(1)) Object.assign(out, decodeTypeMeta(reader.bytes()));
    else if (field === tag(2)) out.raw = reader.bytes();
    else reader.skipType(field & 7);
  }
  return out;
}

function decodeTypeMeta(data: Uint8Array): TypeMeta {
  const out = { apiVersion: '', kind: '' };
  const reader = protobuf.Reader.create(data);
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === tag(1)) out.apiVersion = reader.string();
    else if (field === tag(2)) out.kind = reader.string();
    else reader.skipType(field & 7);
  }
  return out;
}
