/**
 * Copies and comparisons of plain API data.
 *
 * Upstream: the generated DeepCopyObject, and apimachinery's equality.Semantic.DeepEqual without quantities: both
 * sides have been through the same canonical form.
 */
export function deepCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deepCopy(inner)])) as T;
}

/** Equal as data: a field that is absent equals one that is undefined. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return covers(left, right) && covers(right, left);
}

/** Every field of `a` is in `b`; names such as `constructor` are a user's to choose, so only own fields count. */
function covers(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key of Object.keys(a)) {
    const other = Object.hasOwn(b, key) ? b[key] : undefined;
    if (!deepEqual(a[key], other)) return false;
  }
  return true;
}
