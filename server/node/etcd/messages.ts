/** EtcdClient's plain data to etcd's messages, and back. */
import type { Compare, EtcdEvent, KeyValue, RangeRequest, RangeResponse, RequestOp, ResponseOp } from '../../storage/etcd/client.ts';
import type { WireKeyValue, WireRange, WireResponseOp, WireWatchResponse } from './protocol.ts';

const noBytes = new Uint8Array(0);
const compareTargets = { version: 0, create: 1, mod: 2 };
const compareFields = { version: 'version', create: 'createRevision', mod: 'modRevision' };
const compareResults = { equal: 0, greater: 1, less: 2, notEqual: 3 };

export function encodeKeys({ key, rangeEnd }: { key: string; rangeEnd?: string }): { key: Buffer; rangeEnd?: Buffer } {
  return { key: Buffer.from(key), ...(rangeEnd !== undefined && { rangeEnd: Buffer.from(rangeEnd) }) };
}

export function encodeRange(request: RangeRequest): object {
  const { limit, revision, keysOnly, countOnly, serializable } = request;
  return { ...encodeKeys(request), limit, revision, keysOnly, countOnly, serializable };
}

export function encodeCompare({ key, target, result, value }: Compare): object {
  return {
    key: Buffer.from(key),
    target: compareTargets[target],
    // proto3 sends no zero, but for that of a oneof
    result: compareResults[result] || undefined,
    [compareFields[target]]: value,
  };
}

export function encodeRequestOp(op: RequestOp): object {
  switch (op.op) {
    case 'range':
      return { requestRange: encodeRange(op) };
    case 'put':
      return { requestPut: { key: Buffer.from(op.key), value: op.value, lease: op.lease, prevKv: op.prevKv } };
    case 'deleteRange':
      return { requestDeleteRange: { ...encodeKeys(op), prevKv: op.prevKv } };
  }
}

export function decodeRange({ header, kvs, more, count }: WireRange): RangeResponse {
  return { revision: header.revision.toNumber(), kvs: kvs.map(decodeKeyValue), more, count: count.toNumber() };
}

export function decodeResponseOp({ responseRange, responsePut, responseDeleteRange }: WireResponseOp): ResponseOp {
  if (responseRange) return { op: 'range', ...decodeRange(responseRange) };
  if (responseDeleteRange) {
    const { deleted, prevKvs } = responseDeleteRange;
    return { op: 'deleteRange', deleted: deleted.toNumber(), prevKvs: prevKvs.map(decodeKeyValue) };
  }
  return responsePut?.prevKv ? { op: 'put', prevKv: decodeKeyValue(responsePut.prevKv) } : { op: 'put' };
}

export function decodeEvent({ type, kv, prevKv }: WireWatchResponse['events'][number]): EtcdEvent {
  const event: EtcdEvent = { type: type === 0 ? 'put' : 'delete', kv: decodeKeyValue(kv) };
  if (prevKv) event.prevKv = decodeKeyValue(prevKv);
  return event;
}

function decodeKeyValue(kv: WireKeyValue): KeyValue {
  return {
    key: kv.key.toString(),
    // A field that is absent is an empty list to protobufjs, not bytes.
    value: kv.value.length > 0 ? kv.value : noBytes,
    createRevision: kv.createRevision.toNumber(),
    modRevision: kv.modRevision.toNumber(),
    version: kv.version.toNumber(),
    lease: kv.lease.toString(),
  };
}
