/**
 * What the literals of an expression stand for.
 *
 * Upstream: github.com/google/cel-go/parser/unescape.go.
 */
import type { Token } from './lexer.ts';
import { Uint } from './values.ts';
import type { Value } from './values.ts';

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const KEYWORDS: Readonly<Record<string, Value>> = { true: true, false: false, null: null };

/** Undefined of what is no literal; throws where one stands for nothing. */
export function literalValue({ kind, text }: Token, sign = ''): Value | undefined {
  switch (kind) {
    case 'symbol':
      return Object.hasOwn(KEYWORDS, text) ? KEYWORDS[text] : undefined;
    case 'STRING':
      return unescapeString(text);
    case 'BYTES':
      return unescapeBytes(text);
    case 'NUM_FLOAT':
      if (!Number.isFinite(Number(text))) throw new Error('invalid double literal');
      return Number(sign + text);
    case 'NUM_UINT': {
      const value = BigInt(text.slice(0, -1));
      if (!isUint(value)) throw new Error('invalid uint literal');
      return new Uint(value);
    }
    case 'NUM_INT': {
      const value = BigInt(text) * (sign ? -1n : 1n);
      if (!isInt(value)) throw new Error('invalid int literal');
      return value;
    }
    default:
      return undefined;
  }
}

/** The text between the quotes, without its escapes; throws where one stands for no character. */
function unescapeString(literal: string): string {
  const { body, raw } = unquote(literal);
  if (raw) return body;
  return body.replace(/\\(U[0-9a-fA-F]{8}|u[0-9a-fA-F]{4}|[xX][0-9a-fA-F]{2}|[0-3][0-7]{2}|.)/gs, (_all, escape: string) => {
    const code = codeOf(escape);
    if (code === undefined) return SIMPLE[escape] ?? escape;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new Error('invalid unicode code point');
    return String.fromCodePoint(code);
  });
}

/** In bytes `\x` and octals are one byte each; all else is UTF-8. */
function unescapeBytes(literal: string): Uint8Array {
  const { body, raw } = unquote(literal.slice(1));
  const encoder = new TextEncoder();
  if (raw) return encoder.encode(body);
  const parts = [...body.matchAll(/\\([xX][0-9a-fA-F]{2}|[0-3][0-7]{2}|.)|[^\\]+/gs)].map(([all, escape]): Iterable<number> => {
    if (escape === undefined) return encoder.encode(all);
    const code = codeOf(escape);
    if (code !== undefined) return [code];
    if (/^u/i.test(escape)) throw new Error('unable to unescape string');
    return encoder.encode(SIMPLE[escape] ?? escape);
  });
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function codeOf(escape: string): number | undefined {
  if (/^[0-3]/.test(escape)) return Number.parseInt(escape, 8);
  return escape.length > 1 && /^[uUxX]/.test(escape) ? Number.parseInt(escape.slice(1), 16) : undefined;
}

function unquote(literal: string): { body: string; raw: boolean } {
  const raw = /^[rR]/.test(literal);
  const quoted = raw ? literal.slice(1) : literal;
  const quotes = quoted.startsWith('"""') || quoted.startsWith("'''") ? 3 : 1;
  return { body: quoted.slice(quotes, -quotes).replace(/\r\n?/g, '\n'), raw };
}

const MAX_INT = (1n << 63n) - 1n;
const MIN_INT = -(1n << 63n);
const MAX_UINT = (1n << 64n) - 1n;
export const isInt = (value: bigint) => value >= MIN_INT && value <= MAX_INT;
export const isUint = (value: bigint) => value >= 0n && value <= MAX_UINT;
