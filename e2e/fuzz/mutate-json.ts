/** Changes to a value's structure: something gone, doubled, of another type, deeper, or called what no field is called. */
import type { Random } from './random.ts';
import { again, define, isObject, oddText, oddValue } from './values.ts';

type Container = Record<string, unknown> | unknown[];
const isContainer = (value: unknown): value is Container => Array.isArray(value) || isObject(value);

/** A copy with one to four changes. */
export function mutateJSON(random: Random, value: unknown): unknown {
  let mutated = structuredClone(value);
  for (let n = random.pick([1, 1, 1, 2, 4]); n > 0; n--) {
    if (!isContainer(mutated)) mutated = oddValue(random);
    else if (random.chance(0.01)) mutated = oddValue(random);
    else mutateAt(random, somewhereIn(random, mutated));
  }
  return mutated;
}

/** One of the containers in a value, the deep ones as likely as the shallow. */
function somewhereIn(random: Random, root: Container): Container {
  let at = root;
  while (random.chance(0.75)) {
    const inner = Object.values(at).filter(isContainer);
    if (inner.length === 0) break;
    at = random.pick(inner);
  }
  return at;
}

function mutateAt(random: Random, at: Container): void {
  const keys = Object.keys(at);
  const key = random.pick(keys.length > 0 ? keys : ['']);
  const old: unknown = Reflect.get(at, key);
  switch (random.int(10)) {
    case 0:
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else delete at[key];
      break;
    case 1:
      add(random, at, random.chance(0.5) ? structuredClone(old) : oddValue(random));
      break;
    case 2:
      if (!Array.isArray(at)) define(at, again(key), random.chance(0.5) ? old : oddValue(random));
      else at.push(structuredClone(old), structuredClone(old));
      break;
    case 3:
      set(at, key, [old]);
      break;
    case 4:
      set(at, key, { [random.pick(['', key, 'a', 'name', 'value'])]: old });
      break;
    case 5:
      set(at, key, isContainer(old) ? oddText(random) : retyped(random, old));
      break;
    case 6:
      set(at, key, typeof old === 'string' ? edited(random, old) : oddValue(random));
      break;
    case 7:
      if (Array.isArray(old)) set(at, key, Array.from({ length: random.pick([2, 10, 300]) }, () => old[0] ?? oddValue(random)));
      else add(random, at, oddValue(random));
      break;
    default:
      set(at, key, oddValue(random));
  }
}

function add(random: Random, at: Container, value: unknown): void {
  if (Array.isArray(at)) at.splice(random.int(at.length + 1), 0, value);
  else define(at, oddText(random), value);
}

function set(at: Container, key: string, value: unknown): void {
  if (Array.isArray(at)) at[Number(key)] = value;
  else define(at, key, value);
}

function retyped(random: Random, old: unknown): unknown {
  return random.pick([String(old), Number(old), [], {}, null, true, { [String(old)]: old }]);
}

function edited(random: Random, old: string): string {
  const at = random.int(old.length + 1);
  return random.pick([old.slice(0, at), old.slice(at), old.slice(0, at) + oddText(random) + old.slice(at), old.toUpperCase(), old + old, `${old} `, ` ${old}`, old.repeat(50)]);
}
