/** `node:buffer`: bytes that know text, in the encodings that HTTP meets. Leaves out numbers, searching and filling. */
type Source = string | ArrayBuffer | ArrayLike<number>;

const decoders: Record<string, (bytes: Uint8Array) => string> = {
  utf8: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  latin1: (bytes) => bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''),
  hex: (bytes) => bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''),
  base64: (bytes) => btoa(decoders.latin1!(bytes)),
};

const encoders: Record<string, (text: string) => Uint8Array<ArrayBuffer>> = {
  utf8: (text) => new TextEncoder().encode(text),
  latin1: (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
  hex: (text) => Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16)),
  base64: (text) => encoders.latin1!(atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll(/[^A-Za-z0-9+/]/g, ''))),
};

const names: Record<string, string> = { 'utf-8': 'utf8', binary: 'latin1', ascii: 'latin1', base64url: 'base64' };
const nameOf = (encoding = 'utf8') => names[encoding.toLowerCase()] ?? encoding.toLowerCase();

function encode(text: string, encoding?: string): Uint8Array<ArrayBuffer> {
  const encoder = encoders[nameOf(encoding)];
  if (!encoder) throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: 'ERR_UNKNOWN_ENCODING' });
  return encoder(text);
}

class Bytes extends Uint8Array {
  override toString(encoding?: string): string {
    const decoder = decoders[nameOf(encoding)];
    if (!decoder) throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: 'ERR_UNKNOWN_ENCODING' });
    return decoder(this);
  }

  toJSON(): { type: 'Buffer'; data: number[] } {
    return { type: 'Buffer', data: [...this] };
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, i) => byte === other[i]);
  }

  /** As in Node, and unlike Uint8Array, it shares the bytes. */
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end);
  }
}

/** An ArrayBuffer is shared, everything else copied. */
function from(source: Source, encodingOrOffset?: string | number, length?: number): Bytes {
  if (typeof source === 'string') {
    const { buffer, byteOffset, byteLength } = encode(source, typeof encodingOrOffset === 'string' ? encodingOrOffset : undefined);
    return new Bytes(buffer, byteOffset, byteLength);
  }
  if (source instanceof ArrayBuffer) return new Bytes(source, typeof encodingOrOffset === 'number' ? encodingOrOffset : 0, length);
  return new Bytes(source);
}

function concat(list: readonly Uint8Array[], length = list.reduce((sum, bytes) => sum + bytes.length, 0)): Bytes {
  const all = new Bytes(length);
  let at = 0;
  for (const bytes of list) {
    all.set(bytes.subarray(0, length - at), at);
    at += Math.min(bytes.length, length - at);
  }
  return all;
}

const own = {
  from,
  concat,
  alloc: (size: number) => new Bytes(size),
  allocUnsafe: (size: number) => new Bytes(size),
  isBuffer: (value: unknown) => value instanceof Bytes,
  isEncoding: (encoding: unknown) => typeof encoding === 'string' && nameOf(encoding) in encoders,
  byteLength: (value: string | ArrayBuffer | ArrayBufferView, encoding?: string) => (typeof value === 'string' ? encode(value, encoding).length : value.byteLength),
};

/** Its `from` stands before Uint8Array's. */
export const Buffer: typeof own & { prototype: Bytes } = Object.assign(Bytes, own);
