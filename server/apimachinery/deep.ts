/**
 * Copies and comparisons of plain API data.
 *
 * Upstream: the generated DeepCopyObject, and apimachinery's equality.Semantic.DeepEqual without quantities: both
 * sides have been through the same canonical form.
 */
export function deepCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy = { ...value } as Record<string, unknown>;
  for (const key in copy) if (typeof copy[key] === 'object') copy[key] = deepCopy(copy[key]);
  return copy as T;
}

/** Equal as data: a field that is absent equals one that is undefined. */
export function deepEqual(a: unknown, b: unknown): boolean {
  return equal(a, b, (value) => value === undefined);
}

/** Equal as the kinds' rules see it: a list with nothing in it is as good as none. */
export function semanticDeepEqual(a: unknown, b: unknown): boolean {
  return equal(a, b, (value) => value === undefined || value === null || (Array.isArray(value) && value.length === 0));
}

function equal(a: unknown, b: unknown, isNone: (value: unknown) => boolean): boolean {
  if (a === b || (isNone(a) && isNone(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i], isNone));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  // each value is compared once: compared from both sides, a value nested n times would be 2^n times
  for (const key of Object.keys(left)) if (!equal(left[key], own(right, key), isNone)) return false;
  for (const key of Object.keys(right)) if (!isNone(right[key]) && !Object.hasOwn(left, key)) return false;
  return true;
}

/** Names such as `constructor` are a user's to choose, so only own fields count. */
function own(obj: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(obj, key) ? obj[key] : undefined;
}
