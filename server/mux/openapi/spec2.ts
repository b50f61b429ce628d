/**
 * The OpenAPI 2 document: all groups in one.
 *
 * Upstream: k8s.io/kube-openapi/pkg/builder/openapi.go. Leaves out the sharing of parameters between operations.
 */
import type { Scheme } from '../../apimachinery/scheme.ts';
import type { Operation } from './operations.ts';
import { reachableSchemas, v2Form } from './schemas.ts';
import { info, newReferences } from './spec3.ts';

export function buildSwagger(scheme: Scheme, operations: Operation[]): object {
  const paths: Record<string, Record<string, object>> = {};
  const { names, schemaOf } = newReferences(scheme, '#/definitions/');
  for (const each of operations) {
    const parameters: object[] = each.parameters.map((parameter) => ({ uniqueItems: true, ...parameter, ...(parameter.in === 'path' && { required: true }) }));
    const { body } = each;
    if (body) parameters.push({ name: 'body', in: 'body', ...(body.required && { required: true }), schema: schemaOf(body.kind) });
    const responses = Object.entries(each.responses).map(([status, kind]): [string, object] => [status, { description: '', schema: schemaOf(kind) }]);
    (paths[each.path] ??= {})[each.method] = {
      consumes: body?.consumes ?? ['*/*'],
      produces: each.produces,
      schemes: ['https'],
      tags: [each.tag],
      operationId: each.operationId,
      parameters,
      responses: { ...Object.fromEntries(responses), 401: { description: '' } },
      ...(each.action && { 'x-kubernetes-action': each.action }),
      ...(each.gvk && { 'x-kubernetes-group-version-kind': each.gvk }),
    };
  }
  return {
    swagger: '2.0',
    info,
    paths,
    definitions: reachableSchemas(scheme, names, v2Form),
    securityDefinitions: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ BearerToken: [] }],
  };
}
