/** What a write changed about an object, field by field, as far as a reader wants to know. */
export interface Change {
  /** `status.conditions[Ready]` */
  path: string;
  /** Missing where there was nothing, or is nothing any more. */
  before?: string;
  after?: string;
}

/** Who owns which field, and when which of them changed, is another story. */
const untold = new Set(['managedFields', 'lastTransitionTime', 'lastProbeTime', 'lastUpdateTime', 'observedGeneration', 'creationTimestamp', 'uid']);

/** What names an item of a list; the first that it has. */
const names = ['type', 'name', 'ip', 'uid'];

type Fields = Record<string, unknown>;

export function changesOf(before: unknown, after: unknown): Change[] {
  const [old, now] = [leaves(before), leaves(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths.filter((path) => old.get(path) !== now.get(path)).map((path) => ({ path, ...(old.has(path) && { before: old.get(path)! }), ...(now.has(path) && { after: now.get(path)! }) }));
}

/** Every value that is no object, by its path. */
function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) value.forEach((item: unknown, index) => leaves(item, `${path}[${nameOf(item) ?? index}]`, found));
  else if (isFields(value)) {
    const told = gist(value);
    if (told !== undefined) found.set(path, told);
    else for (const [key, field] of Object.entries(value)) if (!untold.has(key)) leaves(field, path === '' ? key : `${path}.${key}`, found);
  } else if (value !== undefined && value !== null) found.set(path, String(value));
  return found;
}

function nameOf(item: unknown): string | undefined {
  if (!isFields(item)) return undefined;
  const name = names.map((field) => item[field]).find((named) => typeof named === 'string');
  return typeof name === 'string' ? name : undefined;
}

/** A condition is its status and why; of a container it is told what it does. */
function gist(value: Fields): string | undefined {
  if (typeof value.type === 'string' && typeof value.status === 'string') return typeof value.reason === 'string' && value.reason !== '' ? `${value.status} (${value.reason})` : value.status;
  if (isFields(value.state) && 'restartCount' in value) return Object.keys(value.state)[0];
  if (typeof value.kind === 'string' && typeof value.uid === 'string') return `${value.kind} ${String(value.name)}`;
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
