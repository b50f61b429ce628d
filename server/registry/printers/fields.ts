/**
 * Reads fields of objects as Go reads those of its structs: one that is not set is the zero value of its type.
 * Paths are dotted (`spec.template.spec`), so that none may lead through a map's key that has a dot.
 */
export function at(obj: unknown, path: string): unknown {
  let value = obj;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? undefined;
}

export function text(obj: unknown, path: string): string {
  const value = at(obj, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function number(obj: unknown, path: string): number {
  const value = at(obj, path);
  return typeof value === 'number' ? value : 0;
}

export const flag = (obj: unknown, path: string): boolean => at(obj, path) === true;

export function list(obj: unknown, path: string): unknown[] {
  const value = at(obj, path);
  return Array.isArray(value) ? value : [];
}

export function texts(obj: unknown, path: string): string[] {
  return list(obj, path).map(String);
}

export function record(obj: unknown, path: string): Record<string, unknown> {
  const value = at(obj, path);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The condition of a type, as most statuses hold them. */
export function condition(obj: unknown, type: string): unknown {
  return list(obj, 'status.conditions').find((each) => text(each, 'type') === type);
}

export const isTrue = (found: unknown): boolean => text(found, 'status') === 'True';
