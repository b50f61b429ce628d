/**
 * What is wrong with a value that does not fit its type, in upstream's words.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/helpers.go (ValidationErrors); the forms are those of Go's fmt.
 */
import { formatValue, quote } from '../../quote.ts';

export interface ValidationError {
  path: string;
  message: string;
}

export class ValidationErrors extends Error {
  constructor(errors: ValidationError[]) {
    const lines = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(lines.length === 1 ? lines[0] : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n'));
  }
}

export const fail = (message: string): ValidationError[] => [{ path: '', message }];

export function withPrefix(prefix: () => string, errors: ValidationError[]): ValidationError[] {
  if (errors.length === 0) return errors;
  const before = prefix();
  return errors.map(({ path, message }) => ({ path: before + path, message }));
}

/** `%v` of the box that upstream keeps values in. */
export const boxed = (value: unknown) => `&{${formatValue(value)}}`;

/** `%T`. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'object') return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
  return typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** `%#v`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]interface {}{${entries.map(([k, v]) => `${quote(k)}:${goSyntax(v)}`).join(', ')}}`;
}
