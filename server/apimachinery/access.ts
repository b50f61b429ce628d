/**
 * Reading and writing fields of objects whose kind is known only by name. What has another type than it should counts
 * as not there: decoding refuses such objects, and nothing here depends on it.
 */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type DefaultFunc = (obj: Fields) => void;

/** The struct at a field; an empty one that leads nowhere where there is none. */
export function struct(obj: Fields, name: string): Fields {
  const value = obj[name];
  return isFields(value) ? value : {};
}

/** The struct at a field, made if there is none. */
export function ensureStruct(obj: Fields, name: string): Fields {
  const value = obj[name];
  if (isFields(value)) return value;
  const made: Fields = {};
  obj[name] = made;
  return made;
}

/** The structs in a list. */
export function structs(obj: Fields, name: string): Fields[] {
  const value = obj[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function text(obj: Fields, name: string): string {
  const value = obj[name];
  return typeof value === 'string' ? value : '';
}

/** Several texts at once, in the order of their names. */
export function texts<const N extends readonly string[]>(obj: Fields, ...names: N): { [K in keyof N]: string } {
  return names.map((name) => text(obj, name)) as { [K in keyof N]: string };
}

export function int(obj: Fields, name: string): number | undefined {
  const value = obj[name];
  return typeof value === 'number' ? value : undefined;
}

export function strings(obj: Fields, name: string): string[] {
  const value = obj[name];
  return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];
}

/** What a table has under a name that a user chose: `constructor` may be one. */
export function lookup<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A map of strings, such as labels. */
export function stringMap(obj: Fields, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(struct(obj, name)).filter((e): e is [string, string] => typeof e[1] === 'string'));
}

export const isEmpty = (obj: Fields, name: string) => Object.keys(struct(obj, name)).length === 0;

/** Gives unset fields their values; `''` is unset, 0 and false are not. */
export function setUnset(obj: Fields, values: Fields): void {
  for (const [name, value] of Object.entries(values)) if ((obj[name] ?? '') === '') obj[name] = value;
}

/** Gives fields that are not there at all their values: what Go points to may be empty. */
export function setNil(obj: Fields, values: Fields): void {
  for (const [name, value] of Object.entries(values)) obj[name] ??= value;
}
