/**
 * A transaction as it goes to etcd, or its answer: what it says, and which of its bytes says what. A gRPC frame comes
 * first: whether what follows is compressed, and its length.
 */
import * as z from 'zod/mini';
import { readMessage, size } from './etcd-message.ts';
import type { Field } from './etcd-message.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { fromBase64, hexBytes, readable } from './hex.ts';

const snapshot = z.object({ bytes: z.string(), hidesValues: z.boolean() });
const frameLength = 5;
/** Of a value that is stored, so many bytes are shown. */
const shownBytes = 64;

/** `name` is TxnRequest or TxnResponse, `json` what the trace's snapshot of it holds. */
export function transactionView(name: string, json: string): Fragment {
  const { bytes: encoded, hidesValues } = snapshot.parse(JSON.parse(json));
  const bytes = fromBase64(encoded);
  const fields = readMessage(name, bytes, frameLength);
  return h(
    'section',
    { class: 'wire' },
    h('h4', {}, h('code', {}, name), h('small', {}, size(bytes))),
    h('dl', { class: 'attributes' }, summary(name, fields).map(([term, text]) => [h('dt', {}, term), h('dd', {}, text)])),
    h(
      'details',
      {},
      h('summary', {}, 'byte by byte'),
      h(
        'table',
        { class: 'wire-fields', 'aria-label': `The bytes of ${name}, by field` },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'At'), h('th', { scope: 'col' }, 'Bytes'), h('th', { scope: 'col' }, 'Field'))),
        h('tbody', {}, [frameOf(bytes), ...fields].map((field) => fieldRows(field, 0, hidesValues))),
      ),
    ),
  );
}

function frameOf(bytes: Uint8Array): Field {
  const frame = new Uint8Array(frameLength);
  new DataView(frame.buffer).setUint32(1, bytes.length);
  return { name: 'gRPC', at: 0, bytes: frame, text: `not compressed, ${size(bytes)}`, fields: [] };
}

function fieldRows({ name, at, bytes, text, payload, fields }: Field, depth: number, hidesValues: boolean): Child {
  const hidden = payload !== undefined && hidesValues;
  const shown = hidden ? bytes.subarray(0, bytes.length - payload.length) : bytes.subarray(0, shownBytes);
  const rest = bytes.length - shown.length;
  return [
    h(
      'tr',
      {},
      h('td', { class: 'at' }, at.toString(16).padStart(4, '0')),
      h('td', { class: 'hex' }, hexBytes(shown), rest > 0 && h('span', { class: 'cut' }, ` … ${rest} more`)),
      h(
        'td',
        { class: 'field', style: `--depth:${depth}` },
        h('b', {}, name),
        ` ${text}`,
        payload !== undefined && h('span', { class: 'cut' }, hidden ? ', not shown' : `: ${readable(payload.subarray(0, shownBytes))}`),
      ),
    ),
    fields.map((field) => fieldRows(field, depth + 1, hidesValues)),
  ];
}

function summary(name: string, fields: readonly Field[]): [string, string][] {
  if (name === 'TxnRequest') {
    const key = fields.flatMap((field) => find(field, 'key') ?? [])[0];
    const list = (of: string) => `[ ${fields.filter((field) => field.name === of).map((field) => said(field)).join(', ')} ]`;
    return [['key', key ?? ''], ['compare', list('compare')], ['success', list('success')], ['failure', list('failure')]];
  }
  const header = fields.find((field) => field.name === 'header');
  return [
    ['header.revision', (header && find(header, 'revision')) ?? '0'],
    // proto3 leaves out what is false
    ['succeeded', fields.find((field) => field.name === 'succeeded')?.text ?? 'false'],
    ['responses', `[ ${fields.filter((field) => field.name === 'responses').map((field) => said(field)).join(', ')} ]`],
  ];
}

const comparisons: Readonly<Record<string, string>> = { EQUAL: '==', GREATER: '>', LESS: '<', NOT_EQUAL: '!=' };
const targets: Readonly<Record<string, string>> = { VERSION: 'version', CREATE: 'create_revision', MOD: 'mod_revision' };

/** One of a transaction's conditions, operations or answers, in a line. */
function said(field: Field): string {
  if (field.name === 'compare') {
    const target = targets[find(field, 'target') ?? 'VERSION'] ?? '';
    return `${target}(key) ${comparisons[find(field, 'result') ?? 'EQUAL']} ${find(field, target) ?? '0'}`;
  }
  const [op] = field.fields;
  switch (op?.name) {
    case 'request_put':
      return `put(key, ${find(op, 'value') ?? '0 bytes'}${lease(op)})`;
    case 'request_delete_range':
      return 'delete(key)';
    case 'request_range':
      return 'range(key)';
    case 'response_put':
      return 'put';
    case 'response_delete_range':
      return `deleted ${find(op, 'deleted') ?? '0'}`;
    case 'response_range':
      return found(op.fields.find(({ name }) => name === 'kvs'));
    default:
      return '';
  }
}

function lease(put: Field): string {
  const id = find(put, 'lease');
  return id === undefined ? '' : `, lease ${id}`;
}

function found(kv: Field | undefined): string {
  return kv ? `range: mod_revision ${find(kv, 'mod_revision')}, ${find(kv, 'value') ?? '0 bytes'}` : 'range: nothing there';
}

/** What a field of this name holds, in it or in what it holds. */
function find(field: Field, name: string): string | undefined {
  for (const inner of field.fields) {
    const text = inner.name === name && !inner.fields.length ? inner.text : find(inner, name);
    if (text !== undefined) return text;
  }
  return undefined;
}
