/**
 * Checks that many kinds share.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/validation/{generic,objectmeta}.go, k8s.io/apimachinery/pkg/api/validate/each.go
 * and pkg/apis/core/validation/validation.go.
 */
import { int, isFields, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { invalid, notSupported, required } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortName, isValidPortNum, regexError } from '../names.ts';

/** Equal as Go's Semantic.DeepEqual has it: nothing and an empty list are the same. Empty maps do not get here, but for structs. */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => semanticEqual(v, b[i]));
  if (isFields(a) && isFields(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((k) => semanticEqual(a[k], b[k]));
  return a === b;
}

const isNothing = (v: unknown) => v === undefined || v === null || (Array.isArray(v) && v.length === 0);

export const fieldImmutable = 'field is immutable';

export function validateImmutableField(now: unknown, old: unknown, path: Path): FieldError[] {
  return semanticEqual(now, old) ? [] : [invalid(path, now, fieldImmutable)];
}

export function validateNonnegativeField(value: number | undefined, path: Path): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** Turns the reasons of a check of names.ts into errors. */
export function check(reasons: string[], value: unknown, path: Path): FieldError[] {
  return reasons.map((reason) => invalid(path, value, reason));
}

export const validateDNS1123Label = (value: string, path: Path) => check(isDNS1123Label(value), value, path);
export const validateDNS1123Subdomain = (value: string, path: Path) => check(isDNS1123Subdomain(value), value, path);
export const validateQualifiedName = (value: string, path: Path) => check(isQualifiedName(value), value, path);

export function validatePortNumOrName(port: unknown, path: Path): FieldError[] {
  if (typeof port === 'number') return check(isValidPortNum(port), port, path);
  return typeof port === 'string' ? check(isValidPortName(port), port, path) : [];
}

/** What is wrong with the items of a list. */
export function eachSliceVal<T>(items: readonly T[], path: Path, validate: (item: T, at: Path, i: number) => FieldError[]): FieldError[] {
  const errors: FieldError[] = [];
  items.forEach((item, i) => errors.push(...validate(item, path.index(i), i)));
  return errors;
}

/** One of a few values; empty is missing. */
export function validateEnum(value: string, supported: readonly string[], path: Path): FieldError[] {
  if (value === '') return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

/** A field that must hold text. */
export function requireText(obj: Fields, name: string, path: Path): FieldError[] {
  return text(obj, name) === '' ? [required(path.child(name))] : [];
}

/** Optional whole numbers that may not be negative. */
export function validateNonnegativeFields(obj: Fields, names: readonly string[], path: Path): FieldError[] {
  return names.flatMap((name) => validateNonnegativeField(int(obj, name), path.child(name)));
}

/** Upstream's Invalid that shows no value. */
export function invalidOmitted(path: Path, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: path.toString(), body: `Invalid value: ${detail}` };
}

export function validatePositiveField(value: number | undefined, path: Path): FieldError[] {
  return value !== undefined && value <= 0 ? [invalid(path, value, 'must be greater than zero')] : [];
}

/** As `example.com/path`. */
export function validateDomainPrefixedPath(value: string, path: Path): FieldError[] {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  const [host, rest] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)];
  if (slash < 0 || host === '' || rest === '') return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = check(isDNS1123Subdomain(host), host, path);
  const format = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  return new RegExp(`^${format}$`).test(rest) ? errors : [...errors, invalid(path, rest, regexError('Invalid path', format))];
}

/** Finds names that come twice; empty names are told elsewhere. */
export class Names {
  readonly #seen = new Set<string>();

  /** Whether the name was there before; it is now. */
  repeats(name: string): boolean {
    const seen = this.#seen.has(name);
    if (name !== '') this.#seen.add(name);
    return seen;
  }
}
