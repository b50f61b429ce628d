import { expect, test } from 'vitest';
import { AuthorizationError } from '../../authorization/interfaces.ts';
import type { Attributes, Authorizer } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { newForbidden } from '../../http/status.ts';
import { checkAuthorization } from './check.ts';
import { allImpersonationModes } from './modes.ts';

const attributes: Attributes = { user: { name: 'alice', groups: [] }, verb: 'impersonate', isResourceRequest: true, path: '', namespace: '', apiGroup: '', apiVersion: '', resource: 'users', subresource: '', name: 'bob' };
const forbidden = 'users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope';

test.each([
  ['with a reason', new AuthorizationError('webhook is gone', { decision: 'noOpinion', reason: 'not here' }), `${forbidden}: webhook is gone: not here`],
  ['without one', new AuthorizationError('webhook is gone', { decision: 'deny', reason: '' }), `${forbidden}: webhook is gone`],
  ['by a Forbidden of its own', newForbidden({ group: '', resource: 'x' }, 'y', 'no'), 'x "y" is forbidden: no'],
])('nobody acts as another where the authorizer fails %s', async (_what, err, message) => {
  await expect(checkAuthorization({} as RequestContext, { authorize: () => Promise.reject(err) }, attributes)).rejects.toMatchObject({ message, status: { code: 403 } });
});

const agent = { name: 'system:serviceaccount:n:agent', groups: [], extra: { 'authentication.kubernetes.io/node-name': ['one'], 'authentication.kubernetes.io/pod-name': ['p'] } };
const reading: Attributes = { ...attributes, user: agent, verb: 'get', resource: 'pods', namespace: 'n', name: 'web' };

test('a service account that acts as its node is asked about all nodes, and told so', async () => {
  const asked: Attributes[] = [];
  const authorizer: Authorizer = {
    authorize(_ctx, each) {
      asked.push(each);
      return { decision: each.verb.startsWith('impersonate-on:') ? 'allow' : 'noOpinion', reason: '' };
    },
  };
  const [associatedNode] = allImpersonationModes(authorizer);
  await expect(associatedNode!({} as RequestContext, { name: 'system:node:one', groups: [] }, reading)).rejects.toThrow(
    'nodes.authentication.k8s.io "*" is forbidden: User "system:serviceaccount:n:agent" cannot impersonate:associated-node resource "nodes" in API group "authentication.k8s.io" at the cluster scope',
  );
  const extra = { 'authentication.kubernetes.io/associated-node-keys': ['authentication.kubernetes.io/node-name', 'authentication.kubernetes.io/pod-name'] };
  expect(asked).toMatchObject([{ verb: 'impersonate-on:associated-node:get', resource: 'pods', name: 'web', user: { extra } }, { resource: 'nodes', name: '*', user: { extra } }]);
  expect(await associatedNode!({} as RequestContext, { name: 'system:node:two', groups: [] }, reading)).toBeUndefined();
});
