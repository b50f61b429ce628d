/** Objects of any kind, made from its schema: of the right types and names, whether or not they make sense. */
import type { Schema } from '../../server/apimachinery/schema.ts';
import type { Scheme } from '../../server/apimachinery/scheme.ts';
import type { GroupVersionKind } from '../../server/apimachinery/types.ts';
import { formatGroupVersion } from '../../server/apimachinery/types.ts';
import type { Random } from './random.ts';
import { define } from './values.ts';
import type { JSONObject } from './values.ts';

const words = ['a', 'b', 'web', 'app', 'name-1', 'example.com', 'example.com/a', 'default', 'anchor', 'TCP', 'true', '10.0.0.1', '1Gi', '100m', '80', 'v1', 'Pod', 'fuzz'];
const names = ['a', 'b', 'c', 'web', 'anchor', 'name-1', 'example.com'];
const times = ['2026-01-01T00:00:00Z', '2026-06-01T12:00:00.123456Z', null];

export function newObjectMaker(scheme: Scheme) {
  function value(random: Random, given: Schema, depth: number, name: string): unknown {
    const ref = given.$ref ?? given.allOf?.[0]?.$ref ?? '';
    const schema = scheme.resolve(given);
    if (schema.enum) return random.pick(schema.enum);
    if (ref.endsWith('.Quantity')) return random.pick(['1', '100m', '1Gi', '0', '2k']);
    if (ref.endsWith('.IntOrString')) return random.pick([1, 80, '25%', 'web']);
    switch (schema.type) {
      case 'string':
        return textOf(random, schema, name);
      case 'integer':
        return random.pick([0, 1, 2, 3, 10, 80, 100, 1000, 8080]);
      case 'number':
        return random.pick([0, 0.5, 1]);
      case 'boolean':
        return random.chance(0.5);
      case 'array':
        return Array.from({ length: depth > 6 ? 0 : random.int(3) }, () => value(random, schema.items ?? {}, depth + 1, name));
      default:
        return schema.properties ? struct(random, schema, depth) : map(random, schema, depth);
    }
  }

  function struct(random: Random, { properties = {}, required = [] }: Schema, depth: number): JSONObject {
    const made: JSONObject = {};
    const p = depth > 5 ? 0.05 : depth > 3 ? 0.2 : 0.4;
    for (const [name, schema] of Object.entries(properties)) {
      if (required.includes(name) || random.chance(p)) made[name] = value(random, schema, depth + 1, name);
    }
    return made;
  }

  function map(random: Random, { additionalProperties }: Schema, depth: number): unknown {
    if (!additionalProperties) return random.pick([{}, { a: 1 }, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }]);
    const made: JSONObject = {};
    for (let i = random.int(3); i > 0; i--) define(made, random.pick(words), value(random, additionalProperties, depth + 1, ''));
    return made;
  }

  return function newObject(random: Random, gvk: GroupVersionKind): JSONObject {
    const { properties: { metadata, ...properties } = {}, required = [] } = scheme.schemaFor(gvk) ?? {};
    const made = struct(random, { properties: metadata && random.chance(0.2) ? { metadata, ...properties } : properties, required }, 0);
    // most shall come further than their spec's absence
    if (properties.spec && !made.spec) made.spec = value(random, properties.spec, 1, 'spec');
    return { ...made, apiVersion: formatGroupVersion(gvk), kind: gvk.kind };
  };
}

function textOf(random: Random, { format }: Schema, name: string): string | null {
  if (format === 'date-time') return random.pick(times);
  if (format === 'byte') return random.pick(['', 'YQ==', 'e30=']);
  return random.pick(/name$/i.test(name) ? names : words);
}
