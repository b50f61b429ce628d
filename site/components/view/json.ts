/** JSON, indented and coloured: keys, strings, numbers and words as spans. In a page's HTML it is text, coloured when it is seen. */
import { h, inFull } from './h.ts';
import type { Attributes, Child, Fragment } from './h.ts';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],]|\s+|[^\s"{}[\],]+/g;

/** Longer texts are cut: a page is for reading, and a whole OpenAPI document is not. */
export const maxLines = 240;

export function jsonView(text: string, attributes: Attributes = {}): Fragment {
  const lines = text.split('\n');
  const shown = lines.slice(0, maxLines).join('\n');
  const rest = lines.length - maxLines;
  return h('pre', { ...attributes, tabindex: 0, 'data-json': true }, inFull(() => painted(shown), shown), rest > 0 && h('span', { class: 'cut' }, `\n… ${rest} more lines`));
}

export function painted(text: string): Child {
  return [...text.matchAll(token)].map(paint);
}

function paint([all, string, colon]: RegExpExecArray): Child {
  if (string !== undefined) return colon === undefined ? h('span', { class: 'j-string' }, string) : [h('span', { class: 'j-key' }, string), colon];
  if (/^[-\d]/.test(all)) return h('span', { class: 'j-number' }, all);
  if (/^(true|false|null)$/.test(all)) return h('span', { class: 'j-word' }, all);
  return all;
}

/** The text, indented, if it is JSON. */
export function pretty(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : undefined;
  } catch {
    return undefined;
  }
}
