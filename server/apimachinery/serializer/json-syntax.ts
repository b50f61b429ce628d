/**
 * A JSON reader for what JSON.parse does not tell: what is wrong with a text in Go's words, which keys an object has
 * twice, and how a whole number was written. Good text without any of this never comes here.
 *
 * Upstream: encoding/json's scanner.go. Leaves out the depth limit: the stack's is ours.
 */
const whitespace = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)/y;

/** A whole number with a point or an exponent, which Go reads into no integer. */
export class WrittenFloat {
  readonly literal: string;

  constructor(literal: string) {
    this.literal = literal;
  }
}

const plain = (value: unknown) => (value instanceof WrittenFloat ? Number(value.literal) : value);

export class JSONReader {
  readonly #text: string;
  #at = 0;
  /** The entries of the objects that tell more than their value does. */
  readonly repeated = new Map<object, [string, unknown][]>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The whole text as a value; throws Go's syntax error. */
  read(): unknown {
    const value = plain(this.#value('looking for beginning of value'));
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
    return value;
  }

  #space(): void {
    this.#match(whitespace);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fail(context: string): never {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new SyntaxError('unexpected end of JSON input');
    // Go looks at bytes, and shows the first one of a longer character
    const first = new TextEncoder().encode(String.fromCodePoint(code))[0]!;
    throw new SyntaxError(`invalid character ${quoteByte(first)} ${context}`);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #value(context: string): unknown {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        return /[-\d]/.test(this.#text[this.#at] ?? '') ? this.#number() : this.#fail(context);
    }
  }

  #object(): object {
    const entries: [string, unknown][] = [];
    this.#at++;
    for (;;) {
      this.#space();
      if (entries.length === 0 && this.#take('}')) break;
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) this.#fail('after object key');
      entries.push([key, this.#value('looking for beginning of value')]);
      this.#space();
      if (this.#take('}')) break;
      if (!this.#take(',')) this.#fail('after object key:value pair');
    }
    const object = Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
    if (Object.keys(object).length < entries.length || entries.some(([, value]) => value instanceof WrittenFloat)) this.repeated.set(object, entries);
    return object;
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    this.#space();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(plain(this.#value('looking for beginning of value')));
      this.#space();
      if (this.#take(']')) return items;
      if (!this.#take(',')) this.#fail('after array element');
    }
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < ' ') this.#fail('in string literal');
      this.#at++;
      if (char === '"') return String(JSON.parse(this.#text.slice(start, this.#at)));
      if (char === '\\') this.#escape();
    }
  }

  #escape(): void {
    const char = this.#text[this.#at];
    if (char === undefined || !'bfnrt\\/"u'.includes(char)) this.#fail('in string escape code');
    this.#at++;
    for (let i = 0; char === 'u' && i < 4; i++) {
      if (!/[\da-fA-F]/.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape');
      this.#at++;
    }
  }

  #literal<T>(word: string, value: T): T {
    for (const char of word) {
      if (!this.#take(char)) this.#fail(`in literal ${word} (expecting ${quoteByte(char.charCodeAt(0))})`);
    }
    return value;
  }

  #number(): number | WrittenFloat {
    const start = this.#at;
    if (this.#match(number) === undefined) {
      this.#at++;
      this.#fail('in numeric literal');
    }
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
    const literal = this.#text.slice(start, this.#at);
    const value = Number(literal);
    return (Number.isInteger(value) || value === Infinity || value === -Infinity) && /[.eE]/.test(literal) ? new WrittenFloat(literal) : value;
  }

  #digits(context: string): void {
    if (!this.#match(/\d+/y)) this.#fail(context);
  }
}

function quoteByte(byte: number): string {
  if (byte === 0x27) return "'\\''";
  if (byte === 0x22) return `'"'`;
  const named = ({ 0x5c: '\\\\', 0x0a: '\\n', 0x0d: '\\r', 0x09: '\\t', 0x08: '\\b', 0x0c: '\\f', 0x07: '\\a', 0x0b: '\\v' } as const)[byte];
  if (named) return `'${named}'`;
  const printable = byte >= 0x20 && byte !== 0x7f && !(byte > 0x7f && byte < 0xa1) && byte !== 0xad;
  if (printable) return `'${String.fromCharCode(byte)}'`;
  return `'\\${byte < 0x80 ? 'x' : 'u00'}${byte.toString(16).padStart(2, '0')}'`;
}
