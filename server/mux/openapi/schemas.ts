/**
 * Schemas as they are published: those that a document's operations reach, with references in the document's own form.
 *
 * Upstream: k8s.io/kube-openapi/pkg/builder3/openapi.go, pkg/builder/openapi.go, pkg/schemaconv. Leaves out
 * descriptions, which the facts don't hold.
 */
import type { Schema } from '../../apimachinery/schema.ts';
import type { Scheme } from '../../apimachinery/scheme.ts';

/** How a version of OpenAPI writes one schema; the schemas inside are written already. */
export type SchemaForm = (schema: Schema, at: 'property' | 'element') => object;

/** OpenAPI 3: whatever stands beside a reference makes it an `allOf`, and in a property something (its description) always did. */
export const v3Form: SchemaForm = ({ $ref, ...rest }, at) => {
  if ($ref === undefined) return rest;
  const reference = { $ref: `#/components/schemas/${$ref}` };
  return at === 'element' && Object.keys(rest).length === 0 ? reference : { allOf: [reference], ...rest };
};

/** OpenAPI 2 has neither defaults nor `oneOf`. */
export const v2Form: SchemaForm = ({ $ref, default: _, oneOf, ...rest }) => ({
  ...($ref !== undefined && { $ref: `#/definitions/${$ref}` }),
  ...(oneOf && rest.format === 'int-or-string' && { type: 'string' }),
  ...rest,
});

/** The named schemas and all that they refer to. */
export function reachableSchemas(scheme: Scheme, names: Iterable<string>, form: SchemaForm): Record<string, object> {
  const written: Record<string, object> = {};
  const waiting = [...names];
  const rewrite = (schema: Schema, at: 'property' | 'element'): object => {
    if (schema.$ref !== undefined) waiting.push(schema.$ref);
    const { properties, items, additionalProperties, allOf } = schema;
    const inner: Record<string, unknown> = { ...schema };
    if (properties) inner.properties = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, rewrite(each, 'property')]));
    if (items) inner.items = rewrite(items, 'element');
    if (additionalProperties) inner.additionalProperties = rewrite(additionalProperties, 'element');
    if (allOf) inner.allOf = allOf.map((each) => rewrite(each, 'element'));
    return form(inner, at);
  };
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = scheme.schemas[name];
    if (schema && !(name in written)) written[name] = rewrite(schema, 'element');
  }
  return Object.fromEntries(Object.entries(written).sort(([a], [b]) => (a < b ? -1 : 1)));
}
