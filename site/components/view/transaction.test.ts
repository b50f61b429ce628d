import { describe, expect, test } from 'vitest';
import type { TxnRequest } from '../../../server/storage/etcd/client.ts';
import { encodeTxnRequest, encodeTxnResponse } from '../../../server/storage/etcd/wire.ts';
import { readMessage } from './etcd-message.ts';
import type { Field } from './etcd-message.ts';
import { toHtml } from './h.ts';
import { base64 } from '../../../server/apimachinery/base64.ts';
import { transactionView } from './transaction.ts';

const key = '/registry/configmaps/default/counter';
const value = new TextEncoder().encode('k8s\0 and so on');
const kv = { key, value, createRevision: 3, modRevision: 4, version: 2, lease: '0' };
const put: TxnRequest = { compare: [{ key, target: 'mod', result: 'equal', value: 3 }], success: [{ op: 'put', key, value, lease: '7587891234567890123' }], failure: [{ op: 'range', key }] };

/** Cells are told apart by a bar. */
const shown = (name: string, bytes: Uint8Array, hidesValues = false) =>
  toHtml(transactionView(name, JSON.stringify({ bytes: base64(bytes), hidesValues })))
    .replaceAll(/<(\/t[dr]|\/d[dt]|\/h4)>/g, '|')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&gt;', '>');

test.each([
  ['TxnRequest', encodeTxnRequest(put)],
  ['TxnRequest', encodeTxnRequest({ compare: [], success: [{ op: 'deleteRange', key, rangeEnd: 'z', prevKv: true }], failure: [] })],
  ['TxnResponse', encodeTxnResponse({ revision: 5, succeeded: false, responses: [{ op: 'range', revision: 5, kvs: [kv], more: false, count: 1 }] })],
])('each byte of a %s belongs to one field', (name, bytes) => {
  const inOrder = (field: Field): number[] => [...field.bytes, ...field.fields.flatMap(inOrder)];
  expect(Uint8Array.from(readMessage(name, bytes).flatMap(inOrder))).toEqual(bytes);
});

describe('a transaction', () => {
  test('is told in a few lines', () => {
    expect(shown('TxnRequest', encodeTxnRequest(put))).toContain(`|key|${key}|compare|[ mod_revision(key) == 3 ]|success|[ put(key, 14 bytes, lease 7587891234567890123) ]|failure|[ range(key) ]|`);
  });

  test('and byte by byte, after the frame that carries it', () => {
    const bytes = encodeTxnRequest(put);
    const rows = shown('TxnRequest', bytes);
    expect(rows).toContain(`|0000|00 00 00 00 ${bytes.length.toString(16)}|gRPC not compressed, ${bytes.length} bytes||0005|0a 2a|compare Compare, 42 bytes||0007|10 02|target MOD||`);
    expect(rows).toContain('|30 03|mod_revision 3||');
    expect(rows).toContain('|12 0e 6b 38 73 00 20 61 6e 64 20 73 6f 20 6f 6e|value 14 bytes: k8s· and so on||');
  });

  test.each([
    ['a put', { succeeded: true, responses: [{ op: 'put' as const }] }, 'succeeded|true|responses|[ put ]'],
    ['a deletion', { succeeded: true, responses: [{ op: 'deleteRange' as const, deleted: 1, prevKvs: [] }] }, 'succeeded|true|responses|[ deleted 1 ]'],
    ['another state', { succeeded: false, responses: [{ op: 'range' as const, revision: 5, kvs: [kv], more: false, count: 1 }] }, 'succeeded|false|responses|[ range: mod_revision 4, 14 bytes ]'],
    ['nothing', { succeeded: false, responses: [{ op: 'range' as const, revision: 5, kvs: [], more: false, count: 0 }] }, 'succeeded|false|responses|[ range: nothing there ]'],
  ])('whose answer is %s', (_, answer, told) => {
    expect(shown('TxnResponse', encodeTxnResponse({ revision: 5, ...answer }))).toContain(`|header.revision|5|${told}|`);
  });

  test('shows of a secret no byte', () => {
    const zeros = encodeTxnRequest(put, (stored) => new Uint8Array(stored.length));
    expect(shown('TxnRequest', zeros, true)).toContain('|12 0e … 14 more|value 14 bytes, not shown||');
  });
});
