/**
 * Text as Go prints it inside messages: `%q` for strings, encoding/json for everything else.
 *
 * Upstream: strconv.Quote and encoding/json. Leaves out the exact set of printable characters beyond ASCII: letters,
 * marks, numbers, punctuation and symbols of Unicode count as printable.
 */
const escapes: Record<string, string> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"',
};

function escapeRune(char: string): string {
  const known = escapes[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`;
  if (char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)) return char;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Go's `%q`. */
export function quote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  return `"${Array.from(text, escapeRune).join('')}"`;
}

/** Go's json.Marshal (json.MarshalIndent with `indent` spaces), which keeps HTML's special characters out of its strings. */
export function marshalJSON(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null';
  return text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Go's `%v` of what JSON decodes to: `map[a:1 b:[x y]]`. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(formatValue).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([k, v]) => `${k}:${formatValue(v)}`).join(' ')}]`;
}
