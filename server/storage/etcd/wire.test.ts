import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { Client, credentials } from '@grpc/grpc-js';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd } from '../../../e2e/setup/etcd.ts';
import type { RunningEtcd } from '../../../e2e/setup/etcd.ts';
import { decodeResponseOp, encodeCompare, encodeRequestOp } from '../../node/etcd/messages.ts';
import { loadEtcdMethods } from '../../node/etcd/protocol.ts';
import type { RequestOp, TxnRequest } from './client.ts';
import { encodeTxnRequest, encodeTxnResponse } from './wire.ts';

const key = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
const number = fc.oneof(fc.constant(0), fc.nat(), fc.maxSafeNat());
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const compare = fc.record({ key, target: fc.constantFrom('mod', 'create', 'version'), result: fc.constantFrom('equal', 'greater', 'less', 'notEqual'), value: number });
const op = fc.oneof(
  fc.record({ op: fc.constant('range'), key, rangeEnd: optional(key), limit: optional(fc.integer({ min: 1 })), serializable: optional(fc.constant(true)) }),
  fc.record({ op: fc.constant('put'), key, value: fc.uint8Array({ minLength: 1, maxLength: 300 }), lease: optional(fc.bigInt(1n, 2n ** 63n - 1n).map(String)), prevKv: optional(fc.constant(true)) }),
  fc.record({ op: fc.constant('deleteRange'), key, rangeEnd: optional(key) }),
);
const txn = fc.record({ compare: fc.array(compare), success: fc.array(op), failure: fc.array(op) }) as fc.Arbitrary<TxnRequest>;

test('a transaction has the bytes that the etcd client sends', () => {
  const methods = loadEtcdMethods();
  fc.assert(
    fc.property(txn, (request) => {
      const { compare, success, failure } = request;
      const sent = methods.txn.serialize({ compare: compare.map(encodeCompare), success: success.map(encodeRequestOp), failure: failure.map(encodeRequestOp) });
      expect(encodeTxnRequest(request)).toEqual(new Uint8Array(sent));
    }),
  );
});

describe('the answer has the bytes that etcd sends, but for what its header says of the cluster', () => {
  const methods = loadEtcdMethods();
  const type = new protobuf.Root().loadSync(join(dirname(createRequire(import.meta.url).resolve('etcd3/package.json')), 'proto', 'rpc.proto')).lookupType('etcdserverpb.TxnResponse');
  let etcd: RunningEtcd;
  let raw: Client;
  beforeAll(async () => {
    etcd = await startEtcd();
    raw = new Client(etcd.endpoint.replace('http://', ''), credentials.createInsecure());
  }, 30_000);
  afterAll(async () => {
    raw.close();
    await etcd.stop();
  });

  function send(request: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      raw.makeUnaryRequest(methods.txn.path, (bytes: Uint8Array) => Buffer.from(bytes), (bytes) => bytes, request, (err, answer) => (answer ? resolve(answer) : reject(err!)));
    });
  }

  function withoutCluster(answer: Uint8Array): Uint8Array {
    const message = type.decode(answer) as unknown as { header: object };
    for (const field of ['clusterId', 'memberId', 'raftTerm']) Reflect.deleteProperty(message.header, field);
    return new Uint8Array(type.encode(message).finish());
  }

  const put = { op: 'put' as const, key: 'a', value: new TextEncoder().encode('x'.repeat(200)) };
  const ifAbsent = (...success: RequestOp[]): TxnRequest => ({ compare: [{ key: 'a', target: 'mod', result: 'equal', value: 0 }], success, failure: [{ op: 'range', key: 'a' }] });

  test.each<[string, TxnRequest]>([
    ['to a put', ifAbsent(put)],
    ['to a condition that fails', ifAbsent(put)],
    ['to a read of what is not there', { compare: [], success: [{ op: 'range', key: 'b' }], failure: [] }],
    ['to a deletion', { compare: [], success: [{ op: 'deleteRange', key: 'a', prevKv: true }], failure: [] }],
  ])('%s', async (_, request) => {
    const answer = await send(encodeTxnRequest(request));
    const { header, succeeded, responses } = methods.txn.deserialize(answer);
    expect(encodeTxnResponse({ revision: header.revision.toNumber(), succeeded, responses: responses.map(decodeResponseOp) })).toEqual(withoutCluster(answer));
  });
});
