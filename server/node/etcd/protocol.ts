/**
 * etcd's messages on the wire, from the protocol files that the etcd3 package ships.
 *
 * Upstream: go.etcd.io/etcd/api/etcdserverpb/rpc.proto, mvccpb/kv.proto. Only what EtcdClient needs.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';

/** A 64-bit number as protobufjs gives it. */
interface Long {
  toNumber(): number;
  toString(): string;
}

export interface WireKeyValue {
  key: Buffer;
  value: Buffer;
  createRevision: Long;
  modRevision: Long;
  version: Long;
  lease: Long;
}

interface Header {
  revision: Long;
}

export interface WireRange {
  header: Header;
  kvs: WireKeyValue[];
  more: boolean;
  count: Long;
}

export interface WireResponseOp {
  responseRange: WireRange | null;
  responsePut: { prevKv: WireKeyValue | null } | null;
  responseDeleteRange: { deleted: Long; prevKvs: WireKeyValue[] } | null;
}

export interface WireTxn {
  header: Header;
  succeeded: boolean;
  responses: WireResponseOp[];
}

export interface WireWatchResponse {
  header: Header;
  created: boolean;
  canceled: boolean;
  compactRevision: Long;
  cancelReason: string;
  events: { type: number; kv: WireKeyValue; prevKv: WireKeyValue | null }[];
}

/** A method of etcd's services, with what turns its messages into bytes and back. */
export interface Method<Response> {
  path: string;
  serialize(request: object): Buffer;
  deserialize(bytes: Buffer): Response;
}

export interface EtcdMethods {
  range: Method<WireRange>;
  txn: Method<WireTxn>;
  compact: Method<object>;
  watch: Method<WireWatchResponse>;
  leaseGrant: Method<{ ID: Long }>;
  leaseRevoke: Method<object>;
  status: Method<{ version: string; dbSize: Long }>;
}

export function loadEtcdMethods(): EtcdMethods {
  const etcd3 = dirname(createRequire(import.meta.url).resolve('etcd3/package.json'));
  const root = new protobuf.Root().loadSync(join(etcd3, 'proto', 'rpc.proto'));

  function method<Response>(service: string, name: string): Method<Response> {
    const { requestType, responseType } = root.lookupService(`etcdserverpb.${service}`).methods[name]!;
    const request = root.lookupType(`etcdserverpb.${requestType}`);
    const response = root.lookupType(`etcdserverpb.${responseType}`);
    return {
      path: `/etcdserverpb.${service}/${name}`,
      serialize: (message) => Buffer.from(request.encode(message).finish()),
      // The edge: what the protocol files say is what the interfaces above say.
      deserialize: (bytes) => response.decode(bytes) as unknown as Response,
    };
  }

  return {
    range: method('KV', 'Range'),
    txn: method('KV', 'Txn'),
    compact: method('KV', 'Compact'),
    watch: method('Watch', 'Watch'),
    leaseGrant: method('Lease', 'LeaseGrant'),
    leaseRevoke: method('Lease', 'LeaseRevoke'),
    status: method('Maintenance', 'Status'),
  };
}
