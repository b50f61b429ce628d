/**
 * Errors about one field of an object, and the path that leads to it.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/validation/field (errors.go, path.go). Leaves out origins and the marks that
 * tell declarative from hand-written checks.
 */
import type { FieldError } from '../http/status.ts';
import { marshalJSON, quote } from './quote.ts';

export type { FieldError } from '../http/status.ts';

export class Path {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  child(name: string, ...more: string[]): Path {
    const tail = more.length === 0 ? name : `${name}.${more.join('.')}`;
    return new Path(this.#text === '' ? tail : `${this.#text}.${tail}`);
  }

  index(i: number): Path {
    return new Path(`${this.#text}[${i}]`);
  }

  key(k: string): Path {
    return new Path(`${this.#text}[${k}]`);
  }

  toString(): string {
    return this.#text;
  }
}

/** `newPath('spec', 'ports')`; without names, the object itself. */
export function newPath(...names: string[]): Path {
  return new Path(names.join('.'));
}

const show = (value: unknown) => (typeof value === 'string' ? quote(value) : marshalJSON(value ?? null));

function error(type: string, path: Path, what: string, detail: string): FieldError {
  return { type, field: path.toString(), body: detail === '' ? what : `${what}: ${detail}` };
}

export function invalid(path: Path, value: unknown, detail: string): FieldError {
  return error('FieldValueInvalid', path, `Invalid value: ${show(value)}`, detail);
}

export function typeInvalid(path: Path, value: unknown, detail: string): FieldError {
  return error('FieldValueTypeInvalid', path, `Invalid value: ${show(value)}`, detail);
}

export function required(path: Path, detail = ''): FieldError {
  return error('FieldValueRequired', path, 'Required value', detail);
}

export function duplicate(path: Path, value: unknown): FieldError {
  return error('FieldValueDuplicate', path, `Duplicate value: ${show(value)}`, '');
}

export function notFound(path: Path, value: unknown): FieldError {
  return error('FieldValueNotFound', path, `Not found: ${show(value)}`, '');
}

/** The supported values appear in the order given; upstream mostly sorts them first. */
export function notSupported(path: Path, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length > 0 ? `supported values: ${supported.map(quote).join(', ')}` : '';
  return error('FieldValueNotSupported', path, `Unsupported value: ${show(value)}`, detail);
}

export function forbidden(path: Path, detail: string): FieldError {
  return error('FieldValueForbidden', path, 'Forbidden', detail);
}

const plural = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;

export function tooLong(path: Path, maxLength: number): FieldError {
  return error('FieldValueTooLong', path, 'Too long', `may not be more than ${plural(maxLength, 'byte')}`);
}

export function tooMany(path: Path, actual: number, max: number): FieldError {
  return error('FieldValueTooMany', path, `Too many: ${actual}`, `must have at most ${plural(max, 'item')}`);
}

export function tooFew(path: Path, actual: number, min: number): FieldError {
  return error('FieldValueTooFew', path, `Too few: ${actual}`, `must have at least ${plural(min, 'item')}`);
}

export function internal(path: Path, err: Error): FieldError {
  return error('InternalError', path, 'Internal error', err.message);
}

/** All of them as one text, each once (upstream's ToAggregate). */
export function aggregate(errors: readonly FieldError[]): string {
  const messages = [...new Set(errors.map((e) => `${e.field}: ${e.body}`))];
  return messages.length === 1 ? messages[0]! : `[${messages.join(', ')}]`;
}
