/**
 * Parsing JSON text at JSON.parse's speed, with Go's words for what is wrong with it and with the keys that stand in it
 * twice.
 *
 * Upstream: sigs.k8s.io/json (checkValid, DisallowDuplicateFields).
 */
import { JSONReader } from './json-syntax.ts';
import type { Repeated } from './typed/decode.ts';

/** Go's limit (maxNestingDepth); JSON.parse has none. */
const maxNestingDepth = 10_000;

/** A text's value; throws Go's syntax error. */
export function parseJSON(text: string): unknown {
  if (text.length > 2 * maxNestingDepth) checkDepth(text);
  try {
    return JSON.parse(text);
  } catch (err) {
    if (err instanceof SyntaxError) return new JSONReader(text).read();
    throw err;
  }
}

function checkDepth(text: string): void {
  for (let i = 0, depth = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x5d || code === 0x7d) depth--;
    else if ((code === 0x5b || code === 0x7b) && ++depth > maxNestingDepth) throw new SyntaxError(`invalid character '${text[i]}' exceeded max depth`);
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

/** Where a string's last quote is; the text's end where it has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/** The stack is not used for what may be nested ten thousand times. */
function keysIn(value: unknown): number {
  let keys = 0;
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inner = Object.values(next);
    if (!Array.isArray(next)) keys += inner.length;
    for (const one of inner) if (typeof one === 'object') left.push(one);
  }
  return keys;
}
