/**
 * Which of the nodes' ports are taken: one bitmap under one key, written only from the state that it was made from.
 *
 * Upstream: pkg/registry/core/service/allocator/storage (Etcd) and the v1 RangeAllocation that it stores. Leaves out
 * writing protobuf: the object is written as JSON, which upstream reads too.
 */
import protobuf from 'protobufjs/minimal.js';
import { decodeUnknown, hasPrefix } from '../../../apimachinery/serializer/protobuf/unknown.ts';
import type { EtcdClient } from '../../../storage/etcd/client.ts';

/** Bit `i` stands for the range's port `i`. */
export interface PortRange {
  /** Runs `change` on the newest state until nobody wrote in between; undefined leaves it as it is. */
  update(change: (taken: bigint) => bigint | undefined): Promise<void>;
}

export function newEtcdPortRange(client: EtcdClient, pathPrefix: string, range: string): PortRange {
  const key = `${pathPrefix}/ranges/servicenodeports`;
  return {
    async update(change) {
      for (;;) {
        const [found] = (await client.range({ key })).kvs;
        const next = change(found ? decode(found.value) : 0n);
        if (next === undefined) return;
        const { succeeded } = await client.txn({
          compare: [{ key, target: 'mod', result: 'equal', value: found?.modRevision ?? 0 }],
          success: [{ op: 'put', key, value: encode(next, range) }],
          failure: [],
        });
        if (succeeded) return;
      }
    },
  };
}

/** For a server whose objects are in no etcd. */
export function newMemoryPortRange(): PortRange {
  let taken = 0n;
  return {
    async update(change) {
      taken = change(taken) ?? taken;
    },
  };
}

function encode(taken: bigint, range: string): Uint8Array {
  const hex = taken === 0n ? '' : taken.toString(16);
  const bytes = (hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? []).map((byte) => String.fromCharCode(parseInt(byte, 16)));
  return new TextEncoder().encode(JSON.stringify({ kind: 'RangeAllocation', apiVersion: 'v1', metadata: { creationTimestamp: null }, range, data: btoa(bytes.join('')) }));
}

function decode(value: Uint8Array): bigint {
  const bytes = hasPrefix(value) ? decodeMessage(decodeUnknown(value).raw) : decodeJSON(value);
  return bytes.reduce((taken, byte) => taken * 256n + BigInt(byte), 0n);
}

function decodeJSON(value: Uint8Array): number[] {
  const { data } = JSON.parse(new TextDecoder().decode(value)) as { data: string };
  return Array.from(atob(data), (byte) => byte.charCodeAt(0));
}

function decodeMessage(message: Uint8Array): number[] {
  const reader = protobuf.Reader.create(message);
  let data = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 3) data = Uint8Array.from(reader.bytes());
    else reader.skipType(tag & 7);
  }
  return [...data];
}
