/**
 * What defaulting has to do in a type, worked out once per type: what is there even when nothing was said, what its
 * schema sets, and into which fields to go on.
 *
 * Upstream: the code that defaulter-gen makes (zz_generated.defaults.go).
 */
import { isFields } from '../access.ts';
import type { Fields } from '../access.ts';
import { formatQuantity, parseQuantity, roundUpToMilli } from '../quantity.ts';
import type { Schema } from '../schema.ts';
import type { Scheme } from '../scheme.ts';
import { zeroValue } from '../serializer/typed/go-type.ts';
import type { GoTypes } from '../serializer/typed/go-types.ts';

type Visit = (value: unknown) => void;

export interface Plan {
  /** The schema's name, `io.k8s.api.core.v1.Pod`. */
  readonly type: string;
  /** Fields that Go writes even when they are empty. */
  readonly zeros: { name: string; make(): unknown }[];
  /** Values for fields that are unset, or empty where Go cannot tell that from unset. */
  readonly defaults: { name: string; value: unknown }[];
  readonly children: { name: string; visit: Visit }[];
}

/** Resource lists keep thousandths at most; a canonical amount shows by its suffix that it has more. */
function roundUpResourceList(list: unknown): void {
  if (!isFields(list)) return;
  for (const [name, amount] of Object.entries(list)) {
    if (typeof amount === 'string' && /[nu]$|e-/.test(amount)) list[name] = formatQuantity(roundUpToMilli(parseQuantity(amount)));
  }
}

const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const refOf = (schema: Schema) => schema.$ref ?? schema.allOf?.[0]?.$ref;

/** Answers the plan of a type, made when it is first asked for; `defaultStruct` goes on with the structs inside. */
export function newPlanner(scheme: Scheme, types: GoTypes, defaultStruct: (plan: Plan, obj: Fields) => void): (type: string) => Plan {
  const plans = new Map<string, Plan>();

  function visitorOf(schema: Schema): Visit | undefined {
    const ref = refOf(schema);
    if (ref !== undefined) {
      if (!scheme.resolve(schema).properties) return undefined;
      return (value) => {
        if (isFields(value)) defaultStruct(planOf(ref), value);
      };
    }
    const { items, additionalProperties } = schema;
    if (additionalProperties && refOf(additionalProperties) === quantity) return roundUpResourceList;
    const visit = items ? visitorOf(items) : additionalProperties && visitorOf(additionalProperties);
    if (!visit) return undefined;
    return (value) => {
      if (Array.isArray(value)) value.forEach(visit);
      else if (isFields(value)) Object.values(value).forEach(visit);
    };
  }

  function planOf(type: string): Plan {
    const known = plans.get(type);
    if (known) return known;
    const plan: Plan = { type, zeros: [], defaults: [], children: [] };
    plans.set(type, plan);
    const properties = scheme.schemas[type]?.properties ?? {};
    for (const { name, type: goType, pointer, keep } of types.struct(type)?.fields ?? []) {
      const schema = properties[name] ?? {};
      const visit = visitorOf(schema);
      const isStruct = goType.kind === 'struct';
      if (keep) plan.zeros.push({ name, make: () => (pointer ? null : isStruct ? {} : zeroValue(goType)) });
      if (!isStruct && schema.default !== undefined && (pointer || schema.default)) plan.defaults.push({ name, value: schema.default });
      if (visit) plan.children.push({ name, visit });
    }
    return plan;
  }

  return planOf;
}
