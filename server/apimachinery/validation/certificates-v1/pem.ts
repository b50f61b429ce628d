/**
 * Whether PEM holds what it should. Of the structures inside only the outer parts are read, and no signature is checked.
 *
 * Upstream: encoding/pem, encoding/asn1 and crypto/x509 (ParseCertificateRequest, ParseCertificates), as
 * pkg/apis/certificates/helpers.go and validation/validation.go use them.
 */
import { quote } from '../../quote.ts';

interface Block {
  type: string;
  headers: boolean;
  der: Uint8Array;
}

function decode(base64: string): string | undefined {
  try {
    return atob(base64.replace(/\s/g, ''));
  } catch {
    return undefined;
  }
}

function pemBlocks(base64: string): Block[] {
  return [...(decode(base64) ?? '').matchAll(/-----BEGIN ([^\n]*?)-----([\s\S]*?)-----END \1-----/g)].flatMap(([, type = '', body = '']) => {
    const [, headers = ''] = /^\s*((?:[^\n:]+:[^\n]*\n)*)/.exec(body) ?? [];
    const der = decode(body.trimStart().slice(headers.length));
    return der === undefined ? [] : [{ type, headers: headers !== '', der: Uint8Array.from(der, (c) => c.charCodeAt(0)) }];
  });
}

interface Element {
  inner: Uint8Array;
  rest: Uint8Array;
}

const params = '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}';

/** Takes one element off, which must have the tag; `at` is how far into its parent it lies. Throws as encoding/asn1. */
function take(der: Uint8Array, tag: number, name: string, at = 0): Element {
  const [first, short = 0] = der;
  if (first === undefined) throw new Error('asn1: syntax error: sequence truncated');
  if (der.length < 2) throw new Error('asn1: syntax error: truncated tag or length');
  const count = short < 0x80 ? 0 : short - 0x80;
  if (short === 0x80) throw new Error('asn1: syntax error: indefinite length found (not DER)');
  if (der.length < 2 + count) throw new Error('asn1: syntax error: truncated tag or length');
  const start = 2 + count;
  const length = count === 0 ? short : der.slice(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  if (first !== tag) {
    const found = `{class:${first >> 6} number:${first & 31} length:${length} isCompound:${(first & 32) > 0}}`;
    throw new Error(`asn1: structure error: tags don't match (${tag & 31} vs ${found}) ${params} ${name} @${at + start}`);
  }
  if (der.length < start + length) throw new Error('asn1: syntax error: data truncated');
  return { inner: der.subarray(start, start + length), rest: der.subarray(start + length) };
}

const [sequence, bitString, integer] = [0x30, 3, 2];

function parseRequest(der: Uint8Array): void {
  const { inner, rest } = take(der, sequence, 'certificateRequest');
  const request = take(inner, sequence, 'tbsCertificateRequest');
  take(request.inner, integer, 'int');
  const algorithm = take(request.rest, sequence, 'AlgorithmIdentifier', inner.length - request.rest.length);
  take(algorithm.rest, bitString, 'BitString', inner.length - algorithm.rest.length);
  if (rest.length > 0) throw new Error('asn1: syntax error: trailing data');
}

/** Why a request cannot be read; empty if it can. */
export function whyNoRequest(base64: string): string {
  const [block] = pemBlocks(base64);
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  try {
    parseRequest(block.der);
    return '';
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}

const [set, objectIdentifier] = [0x31, 6];
/** 2.5.4.3 */
const COMMON_NAME = '85,4,3';

/** The common name of a request's subject; of several the last, as crypto/x509/pkix has it. Throws where it cannot be read. */
export function requestCommonName(base64: string): string {
  const wrong = whyNoRequest(base64);
  if (wrong !== '') throw new Error(wrong);
  const request = take(pemBlocks(base64)[0]?.der ?? new Uint8Array(), sequence, 'certificateRequest');
  const info = take(request.inner, sequence, 'tbsCertificateRequest');
  const subject = take(take(info.inner, integer, 'int').rest, sequence, 'RDNSequence');
  let found = '';
  for (let names = subject.inner; names.length > 0; ) {
    const name = take(names, set, 'RelativeDistinguishedNameSET');
    names = name.rest;
    for (let parts = name.inner; parts.length > 0; ) {
      const part = take(parts, sequence, 'AttributeTypeAndValue');
      parts = part.rest;
      const type = take(part.inner, objectIdentifier, 'ObjectIdentifier');
      if (type.inner.join() === COMMON_NAME) found = new TextDecoder().decode(take(type.rest, type.rest[0] ?? 0, 'value').inner);
    }
  }
  return found;
}

/** Why text holds no certificates; empty if it does, or is empty itself. */
export function whyNoCertificate(base64: string): string {
  if (base64 === '') return '';
  const blocks = pemBlocks(base64);
  for (const { type, headers, der } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${quote(type)}`;
    if (headers) return 'no PEM block headers are permitted';
    try {
      take(der, sequence, 'certificate');
    } catch {
      return der.length === 0 ? 'found CERTIFICATE PEM block containing 0 certificates' : 'x509: malformed certificate';
    }
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : '';
}
