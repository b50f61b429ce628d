/** The headers of an answer: names keep the case in which they were set and compare without it. */
type Value = number | string | string[];

export class Headers {
  readonly #byName = new Map<string, { name: string; value: Value }>();

  /** Also refuses what no type would let through: an undefined value comes from plain JavaScript. */
  set(name: string, value: number | string | readonly string[] | undefined): void {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw invalid(`Header name must be a valid HTTP token ["${name}"]`, 'ERR_INVALID_HTTP_TOKEN');
    if (value === undefined) throw invalid(`Invalid value "undefined" for header "${name}"`, 'ERR_HTTP_INVALID_HEADER_VALUE');
    const own: Value = typeof value === 'number' || typeof value === 'string' ? value : [...value];
    if (/[^\t\x20-\x7e\x80-\xff]/.test(String(own))) throw invalid(`Invalid character in header content ["${name}"]`, 'ERR_INVALID_CHAR');
    this.#byName.set(name.toLowerCase(), { name, value: own });
  }

  append(name: string, value: string | readonly string[]): void {
    const before = this.get(name);
    this.set(name, before === undefined ? value : [before, value].flat().map(String));
  }

  /** What writeHead is given: an object, or a flat list of names and values. */
  setAll(headers: unknown): void {
    const flat: unknown[] | undefined = Array.isArray(headers) ? headers : undefined;
    const entries: [unknown, unknown][] = flat ? flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]]] : [])) : Object.entries(headers ?? {});
    for (const [name, value] of entries) this.set(String(name), Array.isArray(value) ? value.map(String) : value === undefined ? value : String(value));
  }

  get(name: string): Value | undefined {
    return this.#byName.get(name.toLowerCase())?.value;
  }

  remove(name: string): void {
    this.#byName.delete(name.toLowerCase());
  }

  all(): Record<string, Value> {
    return Object.fromEntries([...this.#byName].map(([name, { value }]) => [name, value]));
  }

  /** One line for each value. */
  lines(): [string, string][] {
    return [...this.#byName.values()].flatMap(({ name, value }) => [value].flat().map((v): [string, string] => [name, String(v)]));
  }
}

function invalid(message: string, code: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}
