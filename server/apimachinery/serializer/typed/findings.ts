/**
 * What typed decoding found wrong, and where. Paths are put together on the way out, level by level, so that objects
 * with nothing wrong in them pay a comparison per field.
 *
 * Upstream: sigs.k8s.io/json (UnmarshalTypeError, strictError and their contexts).
 */
import { quote } from '../../quote.ts';

interface StrictFinding {
  what: 'unknown field' | 'duplicate field';
  path: string;
}

/** The first value of a wrong type; decoding goes on behind it, but fails in the end. */
class Mismatch {
  readonly #value: string;
  readonly #type: string;
  #struct = '';
  readonly #path: string[] = [];

  constructor(value: string, type: string) {
    this.#value = value;
    this.#type = type;
  }

  insideField(struct: string, name: string): void {
    this.#struct ||= struct.replace(/^.*\./, '');
    this.#path.unshift(name);
  }

  message(): string {
    const where = this.#path.length > 0 ? `struct field ${this.#struct}.${this.#path.join('.')}` : 'value';
    return `json: cannot unmarshal ${this.#value} into Go ${where} of type ${this.#type}`;
  }
}

/** How far the findings had come. */
type Mark = number;

const maxStrictErrors = 100;

export class Findings {
  mismatch: Mismatch | undefined;
  readonly #strict: StrictFinding[] | undefined;

  constructor(strict: boolean) {
    if (strict) this.#strict = [];
  }

  unknown(name: string): void {
    this.#strict?.push({ what: 'unknown field', path: name });
  }

  duplicate(name: string): void {
    this.#strict?.push({ what: 'duplicate field', path: name });
  }

  /** `literal` says which number it was where that matters. */
  mismatched(value: unknown, type: { goName: string }, literal?: string): undefined {
    this.mismatch ??= new Mismatch(literal ?? jsonType(value), type.goName);
  }

  mark(): Mark {
    return (this.#strict?.length ?? 0) * 2 + (this.mismatch ? 1 : 0);
  }

  changedSince(mark: Mark): boolean {
    return this.mark() !== mark;
  }

  /** What was found since then lies inside this element or key. */
  inside(mark: Mark, name: string): void {
    if (!this.#strict) return;
    for (let i = mark >> 1; i < this.#strict.length; i++) {
      const finding = this.#strict[i]!;
      finding.path = `${name}${finding.path.startsWith('[') ? '' : '.'}${finding.path}`;
    }
  }

  /** `embedded` is the path of the struct that Go embeds and JSON does not show. */
  insideField(mark: Mark, struct: string, name: string, embedded = ''): void {
    this.inside(mark, name);
    if ((mark & 1) === 0) this.mismatch?.insideField(struct, `${embedded}${name}`);
  }

  strictErrors(): string[] {
    const all = (this.#strict ?? []).map(({ what, path }) => `${what} ${quote(path)}`);
    return [...new Set(all)].slice(0, maxStrictErrors);
  }
}

export function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
