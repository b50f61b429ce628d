/**
 * The OpenAPI 2 document: all groups in one.
 *
 * Upstream: k8s.io/kube-openapi/pkg/builder/openapi.go. Leaves out the
 * references to parameters that several paths have, whose names are hashes of their descriptions.
 */
import type { Scheme } from '../../apimachinery/scheme.ts';
import type { Operation } from './operations.ts';
import { type Parameter, shareParameters } from './parameters.ts';
import { reachableSchemas, v2Form } from './schemas.ts';
import { info, newReferences } from './spec3.ts';

export function buildSwagger(scheme: Scheme, operations: Operation[]): object {
  const paths: Record<string, Record<string, unknown>> = {};
  const { names, schemaOf } = newReferences(scheme, '#/definitions/');
  for (const { path, shared, own } of shareParameters(operations)) {
    const item: Record<string, unknown> = (paths[path] = { ...parameters(shared) });
    for (const each of own) {
      const { body } = each;
      const inBody = body && { name: 'body', in: 'body', ...(body.required && { required: true }), schema: schemaOf(body.kind) };
      const responses = Object.entries(each.responses).map(([status, kind]): [string, object] => [status, { description: '', schema: schemaOf(kind) }]);
      item[each.method] = {
        consumes: body?.consumes ?? ['*/*'],
        produces: each.produces,
        schemes: ['https'],
        tags: [each.tag],
        operationId: each.operationId,
        ...parameters(each.parameters, inBody),
        responses: { ...Object.fromEntries(responses), 401: { description: '' } },
        ...(each.action && { 'x-kubernetes-action': each.action }),
        ...(each.gvk && { 'x-kubernetes-group-version-kind': each.gvk }),
      };
    }
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

function parameters(all: Parameter[], inBody?: object): { parameters?: object[] } {
  const asked = all.map((parameter) => ({ uniqueItems: true, ...parameter, ...(parameter.in === 'path' && { required: true }) }));
  const whole = inBody ? [inBody, ...asked] : asked;
  return whole.length === 0 ? {} : { parameters: whole };
}
