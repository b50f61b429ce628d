/**
 * Parsing JSON text at JSON.parse's speed, with Go's words for what is wrong with it and with the keys that stand in it
 * twice.
 *
 * Upstream: sigs.k8s.io/json (checkValid, DisallowDuplicateFields).
 */
import { JSONReader } from './json-syntax.ts';
import type { Repeated } from './typed/decode.ts';

/** A text's value; throws Go's syntax error. */
export function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (err) {
    if (err instanceof SyntaxError) return new JSONReader(text).read();
    throw err;
  }
}

/**
 * The objects of a text that have a key twice. A key ends with a colon outside of strings: where there are as many of
 * those as keys in the value, there is nothing to look for.
 */
export function parseRepeated(text: string, value: unknown): { value: unknown; repeated?: Repeated } {
  if (keysWritten(text) === keysIn(value)) return { value };
  const reader = new JSONReader(text);
  return { value: reader.read(), repeated: reader.repeated };
}

function keysWritten(text: string): number {
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x3a) keys++;
    else if (code === 0x22) i = endOfString(text, i);
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += keysIn(item);
    return keys;
  }
  for (const inner of Object.values(value)) keys += 1 + keysIn(inner);
  return keys;
}
