/**
 * A path element chooses one child: a field by name, a list item by its keys or by its value, or by its index. It is
 * kept in the form that FieldsV1 gives it (`f:data`, `k:{"name":"app"}`, `v:"x"`, `i:0`), so that equal elements are
 * equal strings.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/fieldpath/{element,serialize-pe}.go, value/value.go (Compare, ToString).
 */
import { marshalJSON, quote } from '../../quote.ts';

export type PathElement = string;
export type Path = readonly PathElement[];

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: unknown): PathElement => `v:${marshalJSON(value)}`;

/** Keys stand in alphabetical order. */
export function keyElement(keys: [name: string, value: unknown][]): PathElement {
  if (keys.length > 1) keys.sort(([a], [b]) => (a < b ? -1 : 1));
  return `k:{${keys.map(([name, value]) => `${JSON.stringify(name)}:${marshalJSON(value)}`).join(',')}}`;
}

/** What a serialized element says, in its one way of writing; undefined for a type of element that is not known. */
export function parsePathElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error('key must be 2 characters long:');
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`);
  switch (text[0]) {
    case 'f':
      return text;
    case 'k':
      return /^k:\{"\w+":(\d{1,15}|"[\w ./-]*")\}$/.test(text) ? text : keyElement(keysOf(text));
    case 'v':
      return valueElement(contentOf(text));
    case 'i':
      if (!/^i:[+-]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${quote(text.slice(2))}: invalid syntax`);
      return `i:${Number(text.slice(2))}`;
    default:
      return undefined;
  }
}

const contentOf = (element: PathElement): unknown => JSON.parse(element.slice(2));

function keysOf(element: PathElement): [string, unknown][] {
  const keys = contentOf(element);
  if (typeof keys !== 'object' || keys === null) throw new Error(`expect { or n, but found ${element.slice(2, 3)}`);
  return Object.entries(keys);
}

const kinds = 'fkvi';
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Fields come first, then keys, values and indexes; numbers in their own order, not as text. */
export function comparePathElements(a: PathElement, b: PathElement): number {
  const kind = a[0]!;
  if (kind !== b[0]) return kinds.indexOf(kind) - kinds.indexOf(b[0]!);
  if (kind === 'f') return compareText(a, b);
  if (kind === 'k') return compareKeys(keysOf(a), keysOf(b));
  return compareValues(contentOf(a), contentOf(b));
}

function compareKeys(a: [string, unknown][], b: [string, unknown][]): number {
  for (const [i, [name, value]] of a.entries()) {
    const other = b[i];
    if (!other) return 1;
    const order = compareText(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const ranks = ['number', 'string', 'boolean', 'object'];

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return ranks.indexOf(typeof a) - ranks.indexOf(typeof b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

/** As messages show it: `.data`, `[name="app"]`, `[="x"]`, `[0]`. */
export function formatPathElement(element: PathElement): string {
  switch (element[0]) {
    case 'f':
      return `.${element.slice(2)}`;
    case 'k':
      return `[${keysOf(element).map(([name, value]) => `${name}=${formatScalar(value)}`).join(',')}]`;
    case 'v':
      return `[=${formatScalar(contentOf(element))}]`;
    default:
      return `[${element.slice(2)}]`;
  }
}

const formatScalar = (value: unknown) => (typeof value === 'string' ? quote(value) : JSON.stringify(value));

export const formatPath = (path: Path) => path.map(formatPathElement).join('');
