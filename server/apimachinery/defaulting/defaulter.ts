/**
 * The defaulter fills in what a client left open, so that every later layer sees a complete object: first what the
 * type's own function says, outermost type first, then the defaults of its schema.
 *
 * Upstream: runtime.Scheme.Default with the functions that defaulter-gen makes (zz_generated.defaults.go). Expects an
 * object as decoding leaves it: without empty fields that Go would not write.
 */
import type { Fields } from '../access.ts';
import type { Scheme } from '../scheme.ts';
import { GoTypes } from '../serializer/typed/go-types.ts';
import type { KubeObject } from '../types.ts';
import { parseGroupVersion } from '../types.ts';
import { conversionV1 } from './conversion-v1.ts';
import { defaultFuncs } from './funcs.ts';
import { newPlanner } from './plan.ts';
import type { Plan } from './plan.ts';

function defaultStruct(plan: Plan, obj: Fields): void {
  // values that always exist are there before the functions look for them
  for (const { name, make } of plan.zeros) if (obj[name] === undefined) obj[name] = make();
  defaultFuncs[plan.type]?.(obj);
  conversionV1[plan.type]?.(obj);
  for (const { name, value } of plan.defaults) if ((obj[name] ?? '') === '') obj[name] = value;
  for (const { name, visit } of plan.children) visit(obj[name]);
}

/** The function it makes changes an object in place; it leaves a complete one as it is, and an unknown kind alone. */
export function newDefaulter(scheme: Scheme): (obj: KubeObject) => void {
  const planOf = newPlanner(scheme, new GoTypes(scheme), defaultStruct);
  return function setDefaults(obj) {
    const gv = parseGroupVersion(obj.apiVersion);
    const type = gv && scheme.schemaName({ ...gv, kind: obj.kind });
    if (type !== undefined) defaultStruct(planOf(type), obj);
  };
}
