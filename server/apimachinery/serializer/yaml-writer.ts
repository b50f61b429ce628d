/**
 * Writes a JSON value as YAML: keys sorted, lists not indented, lines folded at the first space beyond 80 columns.
 *
 * Upstream: goyaml.v2's emitterc.go and sorter.go.
 */
import { formatNumber, isSimpleKey, scalarStyle } from './yaml-scalars.ts';

const BEST_WIDTH = 80;
const INDENT = 2;

export function writeYAML(value: object): string {
  const emitter = new Emitter();
  emitter.node(value, { inMapping: false, mayFold: true });
  return emitter.end();
}

interface Place {
  /** The value of a key: a list there is not indented. */
  inMapping: boolean;
  /** A key on one line may not be folded. */
  mayFold: boolean;
}

class Emitter {
  #out = '';
  #column = 0;
  /** Where the block that is being written begins. */
  #indent = -INDENT;
  /** Nothing but indentation and indicators stands on the line yet. */
  #indention = true;
  #whitespace = true;

  end(): string {
    return this.#out.endsWith('\n') ? this.#out : `${this.#out}\n`;
  }

  node(value: unknown, place: Place): void {
    if (Array.isArray(value)) this.#list(value, place);
    else if (typeof value === 'object' && value !== null) this.#map(Object.entries(value).filter(([, inner]) => inner !== undefined));
    else if (typeof value === 'string') this.#indented(INDENT, () => this.#text(value, place));
    else this.#indicator(typeof value === 'number' ? formatNumber(value) : String(value));
  }

  #list(items: unknown[], { inMapping }: Place): void {
    if (items.length === 0) return this.#indicator('[]');
    this.#indented(inMapping && !this.#indention ? 0 : INDENT, () => {
      for (const item of items) {
        this.#startLine();
        this.#indicator('-', { whitespace: false, indention: true });
        this.node(item, { inMapping: false, mayFold: true });
      }
    });
  }

  #map(entries: [string, unknown][]): void {
    if (entries.length === 0) return this.#indicator('{}');
    this.#indented(INDENT, () => {
      for (const [key, value] of entries.sort(([a], [b]) => compareKeys(a, b))) {
        this.#startLine();
        if (isSimpleKey(key)) {
          this.node(key, { inMapping: true, mayFold: false });
          this.#put(':');
        } else {
          this.#indicator('?', { whitespace: false, indention: true });
          this.node(key, { inMapping: true, mayFold: true });
          this.#startLine();
          this.#indicator(':', { whitespace: false, indention: true });
        }
        this.node(value, { inMapping: true, mayFold: true });
      }
    });
  }

  #text(text: string, { mayFold }: Place): void {
    const style = scalarStyle(text, !mayFold);
    if (style === 'literal') return this.#literal(text);
    if (!this.#whitespace) this.#put(' ');
    if (style === 'plain') this.#words(text, mayFold);
    else if (style === 'single') this.#quoted("'", text.replaceAll("'", "''"), mayFold);
    else this.#quoted('"', escape(text), mayFold);
  }

  #quoted(quote: string, text: string, mayFold: boolean): void {
    this.#put(quote);
    this.#words(text, mayFold, quote);
    this.#put(quote);
  }

  /** Folds at single spaces, between double quotes at the first of several: a backslash keeps those that begin the next line. */
  #words(text: string, mayFold: boolean, quote = ''): void {
    if (!mayFold || this.#column + text.length <= BEST_WIDTH) return this.#put(text);
    for (let i = 0; i < text.length; i++) {
      const nextIsSpace = text[i + 1] === ' ';
      const isSingle = text[i] === ' ' && text[i - 1] !== ' ' && (quote === '"' || !nextIsSpace);
      if (isSingle && this.#column > BEST_WIDTH && i > 0 && i < text.length - 1) {
        this.#startLine();
        if (nextIsSpace) this.#put('\\');
      } else {
        this.#put(text.charAt(i));
      }
    }
  }

  #literal(text: string): void {
    const hint = /^[ \n]/.test(text) ? String(INDENT) : '';
    const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
    this.#indicator(`|${hint}${chomp}`);
    this.#break();
    for (const line of text.replace(/\n$/, '').split('\n')) {
      if (line !== '') this.#put(`${' '.repeat(this.#indent)}${line}`);
      this.#break();
    }
    if (!text.endsWith('\n')) this.#out = this.#out.slice(0, -1);
    this.#indention = text.endsWith('\n');
    this.#whitespace = this.#indention;
  }

  #indented(by: number, write: () => void): void {
    this.#indent += by;
    write();
    this.#indent -= by;
  }

  #startLine(): void {
    if (!this.#indention || this.#column > this.#indent || (this.#column === this.#indent && !this.#whitespace)) this.#break();
    this.#put(' '.repeat(this.#indent - this.#column));
    this.#whitespace = true;
    this.#indention = true;
  }

  #indicator(text: string, after = { whitespace: false, indention: false }): void {
    const indention = this.#indention && after.indention;
    this.#put(this.#whitespace ? text : ` ${text}`);
    this.#whitespace = after.whitespace;
    this.#indention = indention;
  }

  #put(text: string): void {
    this.#out += text;
    this.#column += text.length;
    this.#whitespace = false;
    this.#indention = false;
  }

  #break(): void {
    this.#out += '\n';
    this.#column = 0;
  }
}

const escapes: Record<string, string> = { '\0': '0', '\x07': 'a', '\b': 'b', '\t': 't', '\n': 'n', '\v': 'v', '\f': 'f', '\r': 'r', '\x1b': 'e', '"': '"', '\\': '\\', '\x85': 'N', '\u2028': 'L', '\u2029': 'P' };

function escape(text: string): string {
  return text.replace(/["\\]|[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu, (char) => {
    const code = char.codePointAt(0)!;
    const hex = (width: number) => code.toString(16).toUpperCase().padStart(width, '0');
    return `\\${escapes[char] ?? (code <= 0xff ? `x${hex(2)}` : code <= 0xffff ? `u${hex(4)}` : `U${hex(8)}`)}`;
  });
}

/** Numbers inside keys count as numbers, and letters come after all else. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!];
    if (x === y) continue;
    const [xIsLetter, yIsLetter] = [isLetter(x), isLetter(y)];
    if (xIsLetter !== yIsLetter) return xIsLetter ? 1 : -1;
    if (xIsLetter) return x.codePointAt(0)! - y.codePointAt(0)!;
    const inNumber = (x === '0' || y === '0') && /[1-9]\d*$/.test(left.slice(0, i).join(''));
    const number = (chars: string[]) => /^\d*/.exec(chars.slice(i).join(''))?.[0] ?? '';
    const [m, n] = [number(left), number(right)];
    const difference = Number(`${inNumber ? 1 : ''}${m}`) - Number(`${inNumber ? 1 : ''}${n}`);
    return difference || m.length - n.length || x.codePointAt(0)! - y.codePointAt(0)!;
  }
  return left.length - right.length;
}

const isLetter = (char: string) => /\p{L}/u.test(char);
