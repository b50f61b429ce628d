/**
 * Reads a transaction's protobuf bytes field by field, and keeps which bytes each field is: what protoc makes of
 * etcd's rpc.proto, for the messages that a write needs.
 */
type Kind = 'number' | 'bool' | 'text' | 'bytes' | readonly string[] | { readonly message: string };
type Message = Readonly<Record<number, readonly [name: string, kind: Kind]>>;

export interface Field {
  name: string;
  /** Where it begins. */
  at: number;
  /** Its bytes: of a message its tag and its length alone, for the rest is its fields'. */
  bytes: Uint8Array;
  /** What it holds; of a message or bytes how much. */
  text: string;
  /** Of bytes: what they are, without tag and length. */
  payload?: Uint8Array;
  fields: Field[];
}

const message = (name: string) => ({ message: name });

const messages: Readonly<Record<string, Message>> = {
  TxnRequest: { 1: ['compare', message('Compare')], 2: ['success', message('RequestOp')], 3: ['failure', message('RequestOp')] },
  Compare: {
    1: ['result', ['EQUAL', 'GREATER', 'LESS', 'NOT_EQUAL']],
    2: ['target', ['VERSION', 'CREATE', 'MOD', 'VALUE', 'LEASE']],
    3: ['key', 'text'],
    4: ['version', 'number'],
    5: ['create_revision', 'number'],
    6: ['mod_revision', 'number'],
  },
  RequestOp: { 1: ['request_range', message('RangeRequest')], 2: ['request_put', message('PutRequest')], 3: ['request_delete_range', message('DeleteRangeRequest')] },
  RangeRequest: { 1: ['key', 'text'], 2: ['range_end', 'text'], 3: ['limit', 'number'], 4: ['revision', 'number'] },
  PutRequest: { 1: ['key', 'text'], 2: ['value', 'bytes'], 3: ['lease', 'number'] },
  DeleteRangeRequest: { 1: ['key', 'text'], 2: ['range_end', 'text'] },
  TxnResponse: { 1: ['header', message('ResponseHeader')], 2: ['succeeded', 'bool'], 3: ['responses', message('ResponseOp')] },
  ResponseHeader: { 1: ['cluster_id', 'number'], 2: ['member_id', 'number'], 3: ['revision', 'number'], 4: ['raft_term', 'number'] },
  ResponseOp: { 1: ['response_range', message('RangeResponse')], 2: ['response_put', message('PutResponse')], 3: ['response_delete_range', message('DeleteRangeResponse')] },
  RangeResponse: { 1: ['header', message('ResponseHeader')], 2: ['kvs', message('KeyValue')], 3: ['more', 'bool'], 4: ['count', 'number'] },
  PutResponse: { 1: ['header', message('ResponseHeader')], 2: ['prev_kv', message('KeyValue')] },
  DeleteRangeResponse: { 1: ['header', message('ResponseHeader')], 2: ['deleted', 'number'], 3: ['prev_kvs', message('KeyValue')] },
  KeyValue: { 1: ['key', 'text'], 2: ['create_revision', 'number'], 3: ['mod_revision', 'number'], 4: ['version', 'number'], 5: ['value', 'bytes'], 6: ['lease', 'number'] },
};

/** The fields of a message that begins at `start`; empty where the bytes are none. */
export function readMessage(name: string, bytes: Uint8Array, start = 0): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    const number = varint(bytes, tag.end);
    const isLength = (tag.value & 7n) === 2n;
    const end = isLength ? number.end + Number(number.value) : number.end;
    const [field, kind] = messages[name]?.[Number(tag.value >> 3n)] ?? [`field ${tag.value >> 3n}`, isLength ? 'bytes' : 'number'];
    fields.push(fieldOf(field, kind, number.value, bytes.subarray(at, end), number.end - at, start + at));
    at = end;
  }
  return fields;
}

/** `head` is how many of its bytes come before what it holds. */
function fieldOf(name: string, kind: Kind, number: bigint, bytes: Uint8Array, head: number, at: number): Field {
  const payload = bytes.subarray(head);
  if (kind === 'text') return { name, at, bytes, text: new TextDecoder().decode(payload), fields: [] };
  if (kind === 'bytes') return { name, at, bytes, text: size(payload), payload, fields: [] };
  if (kind === 'bool') return { name, at, bytes, text: String(number === 1n), fields: [] };
  if (kind === 'number') return { name, at, bytes, text: String(number), fields: [] };
  if (!('message' in kind)) return { name, at, bytes, text: kind[Number(number)] ?? String(number), fields: [] };
  return { name, at, bytes: bytes.subarray(0, head), text: `${kind.message}, ${size(payload)}`, fields: readMessage(kind.message, payload, at + head) };
}

export function size(bytes: Uint8Array): string {
  return `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}`;
}

/** Bytes that end too soon read as zeros. */
function varint(bytes: Uint8Array, at: number): { value: bigint; end: number } {
  let value = 0n;
  for (let i = at, shift = 0n; ; i++, shift += 7n) {
    const byte = bytes[i] ?? 0;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return { value, end: i + 1 };
  }
}
