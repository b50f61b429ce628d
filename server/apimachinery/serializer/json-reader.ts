/**
 * Parsing JSON text at JSON.parse's speed, with Go's words for what is wrong with it, the keys that stand in it twice, and
 * the numbers that are whole but not written so.
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
 * The objects of a text that have a key twice, or a number like 1.0. A key ends with a colon outside of strings: where
 * there are as many of those as keys in the value, and no points or exponents, there is nothing to look for.
 */
export function parseRepeated(text: string, value: unknown): { value: unknown; repeated?: Repeated } {
  const { keys, floats } = survey(text);
  if (!floats && keys === keysIn(value)) return { value };
  const reader = new JSONReader(text);
  return { value: reader.read(), repeated: reader.repeated };
}

/** What stands outside of strings: how many keys, and whether any number has a point or an exponent. */
function survey(text: string): { keys: number; floats: boolean } {
  let [keys, floats] = [0, false];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x3a) keys++;
    else if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x2e || ((code | 0x20) === 0x65 && isDigit(text.charCodeAt(i - 1)))) floats = true;
  }
  return { keys, floats };
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

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
