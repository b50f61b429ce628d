import { expect, test } from 'vitest';
import { AuthorizationError } from '../authorization/interfaces.ts';
import type { Attributes } from '../authorization/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import { authorizeCreate } from './authorize-create.ts';
import type { RequestScope } from './scope.ts';

const requestInfo = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] }).resolve('PUT', '/api/v1/namespaces/ns/configmaps/a');
const create = (authorize: (a: Attributes) => { decision: 'allow' | 'noOpinion'; reason: string }) => {
  const scope = { authorizer: { authorize: async (_ctx: RequestContext, a: Attributes) => authorize(a) }, resource: { group: '', version: 'v1', resource: 'configmaps' }, subresource: '' };
  return authorizeCreate({ user: { name: 'alice', groups: [] }, requestInfo } as unknown as RequestContext, scope as RequestScope, 'a');
};

test('asks for a create by the name of the request', async () => {
  await create((attributes) => {
    expect(attributes).toMatchObject({ verb: 'create', namespace: 'ns', resource: 'configmaps', name: 'a' });
    return { decision: 'allow', reason: '' };
  });
  await expect(create(() => ({ decision: 'noOpinion', reason: 'no' }))).rejects.toMatchObject({
    message: 'configmaps "a" is forbidden: User "alice" cannot create resource "configmaps" in API group "" in the namespace "ns": no', status: { code: 403 },
  });
});

test('an authorizer that fails is an error of the server', async () => {
  const failing = create(() => {
    throw new AuthorizationError('webhook is gone', { decision: 'noOpinion', reason: '' });
  });
  await expect(failing).rejects.toMatchObject({ message: 'Internal error occurred: webhook is gone', status: { code: 500 } });
});
