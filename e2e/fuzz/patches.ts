/** Patches of every type: what changes an object a little, and what no patch should say. */
import { mutateJSON } from './mutate-json.ts';
import type { Random } from './random.ts';
import { define, isObject, oddText, oddValue } from './values.ts';
import type { JSONObject } from './values.ts';

const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'frob', '', '__proto__', 'constructor'];
const oddPointers = ['', '/', '//', 'a', '/-', '/~', '/~2', '/~01', '/metadata', '/metadata/', '/metadata/labels/-', '/spec/-1', '/spec/99999999999', '/__proto__', '/__proto__/a', '/constructor/prototype/a', '/metadata/__proto__/a', '/kind', '/apiVersion', '/metadata/managedFields', '/metadata/resourceVersion', '/status', '/spec/containers/-', '/spec/containers/00', '/spec/containers/+0', '/spec/containers/1e0', '/length'];

/** A pointer into the object, or one that leads nowhere. */
function pointer(random: Random, object: unknown): string {
  if (random.chance(0.2)) return random.pick(oddPointers);
  let path = '';
  for (let at = object; typeof at === 'object' && at !== null && !(path !== '' && random.chance(0.3)); ) {
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    const key = random.pick(keys);
    path += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    at = Reflect.get(at, key);
  }
  return random.chance(0.2) ? `${path}/${random.pick(['-', '0', '-1', '1', 'a', '__proto__', 'length'])}` : path;
}

export function jsonPatchOf(random: Random, object: JSONObject): unknown {
  const patch = Array.from({ length: random.pick([0, 1, 1, 2, 3, 6]) }, () => ({
    op: random.pick(random.chance(0.9) ? operations.slice(0, 6) : operations),
    path: pointer(random, object),
    ...(random.chance(0.4) && { from: pointer(random, object) }),
    ...(random.chance(0.8) && { value: random.chance(0.5) ? oddValue(random) : structuredClone(random.pick(Object.values(object))) }),
  }));
  if (random.chance(0.1)) return mutateJSON(random, patch);
  // a document that doubles with every operation
  return random.chance(0.01) ? Array.from({ length: random.pick([5, 15, 10_001]) }, () => ({ op: 'copy', from: '', path: '/metadata/annotations' })) : patch;
}

/** Some of the object's fields, mutated, some of them null: a merge patch. */
export function mergePatchOf(random: Random, object: JSONObject): unknown {
  const { apiVersion: _, kind: __, ...fields } = object;
  const patch = prune(random, fields);
  return random.chance(0.8) ? mutateJSON(random, patch) : patch;
}

function prune(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => prune(random, item));
  if (!isObject(value)) return random.chance(0.1) ? null : value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (random.chance(0.3) ? [] : [[key, prune(random, inner)]])));
}

/** A strategic merge patch: a merge patch with directives, mostly not where they belong, mostly not of the right type. */
export function strategicPatchOf(random: Random, object: JSONObject): unknown {
  const patch = prune(random, { ...object });
  if (isObject(patch)) direct(random, patch);
  return random.chance(0.5) ? mutateJSON(random, patch) : patch;
}

function direct(random: Random, at: JSONObject): void {
  for (const [key, value] of Object.entries(at)) {
    if (isObject(value)) direct(random, value);
    if (!Array.isArray(value)) continue;
    for (const item of value) if (isObject(item)) direct(random, item);
    if (random.chance(0.3)) define(at, `$setElementOrder/${key}`, random.chance(0.5) ? value.slice().reverse() : oddValue(random));
    if (random.chance(0.2)) define(at, `$deleteFromPrimitiveList/${key}`, random.chance(0.5) ? value : oddValue(random));
    if (random.chance(0.2)) value.push(random.pick([{ $patch: 'replace' }, { $patch: 'delete', name: 'a' }, { $patch: 'delete' }, { $patch: 1 }, { $patch: 'merge' }, null, 'a']));
  }
  if (random.chance(0.1)) at.$patch = random.chance(0.7) ? random.pick(['replace', 'delete', 'merge', '']) : oddValue(random);
  if (random.chance(0.1)) at.$retainKeys = random.chance(0.7) ? Object.keys(at).filter((key) => !key.startsWith('$')) : oddValue(random);
  if (random.chance(0.05)) define(at, random.pick(['$setElementOrder/', '$setElementOrder', '$deleteFromPrimitiveList/', '$retainKeys/a', '$patch/a', '$a', `$setElementOrder/${oddText(random)}`]), oddValue(random));
}
