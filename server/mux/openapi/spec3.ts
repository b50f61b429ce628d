/**
 * The OpenAPI 3 document of one group version, and those of the paths above them.
 *
 * Upstream: k8s.io/kube-openapi/pkg/builder3/openapi.go, pkg/spec3.
 */
import type { Scheme } from '../../apimachinery/scheme.ts';
import type { GroupVersionKind } from '../../apimachinery/types.ts';
import type { Operation } from './operations.ts';
import { type Parameter, shareParameters } from './parameters.ts';
import { reachableSchemas, v3Form } from './schemas.ts';

export const info = { title: 'Kubernetes', version: 'v1.36.2' };

/** The name of a kind's schema; kinds that answer no request of their own (Patch) are meta types. */
export function schemaName(scheme: Scheme, gvk: GroupVersionKind | string): string {
  if (typeof gvk === 'string') return gvk;
  return scheme.schemaName(gvk) ?? `io.k8s.apimachinery.pkg.apis.meta.v1.${gvk.kind}`;
}

/** References to schemas below `root`, and the names of those that were referred to. */
export function newReferences(scheme: Scheme, root: string) {
  const names = new Set<string>();
  return {
    names,
    schemaOf(this: void, kind: GroupVersionKind | string) {
      if (kind === 'string') return { type: 'string' };
      const name = schemaName(scheme, kind);
      names.add(name);
      return { $ref: `${root}${name}` };
    },
  };
}

export function buildOpenAPIV3(scheme: Scheme, operations: Operation[]): object {
  const paths: Record<string, Record<string, unknown>> = {};
  const { names, schemaOf } = newReferences(scheme, '#/components/schemas/');
  const content = (types: string[], kind: GroupVersionKind | string) => Object.fromEntries(types.map((type) => [type, { schema: schemaOf(kind) }]));
  for (const { path, shared, own } of shareParameters(operations)) {
    const item: Record<string, unknown> = (paths[path] = { ...parameters(shared) });
    for (const each of own) {
      const responses = Object.entries(each.responses).map(([status, kind]): [string, object] => [status, { description: '', content: content(each.produces, kind) }]);
      item[each.method] = {
        tags: [each.tag],
        operationId: each.operationId,
        ...parameters(each.parameters),
        ...(each.body && { requestBody: { content: content(each.body.consumes, each.body.kind), ...(each.body.required && { required: true }) } }),
        responses: { ...Object.fromEntries(responses), 401: { description: '' } },
        ...(each.action && { 'x-kubernetes-action': each.action }),
        ...(each.gvk && { 'x-kubernetes-group-version-kind': each.gvk }),
      };
    }
  }
  const schemas = reachableSchemas(scheme, names, v3Form);
  const securitySchemes = { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } };
  return { openapi: '3.0.0', info, paths, components: { schemas, securitySchemes } };
}

function parameters(all: Parameter[]): { parameters?: object[] } {
  if (all.length === 0) return {};
  return { parameters: all.map(({ name, in: where, type }) => ({ name, in: where, ...(where === 'path' && { required: true }), schema: { type, uniqueItems: true } })) };
}
