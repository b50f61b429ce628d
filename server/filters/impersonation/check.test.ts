import { expect, test } from 'vitest';
import { AuthorizationError } from '../../authorization/interfaces.ts';
import type { Attributes } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { newForbidden } from '../../http/status.ts';
import { checkAuthorization } from './check.ts';

const attributes: Attributes = { user: { name: 'alice', groups: [] }, verb: 'impersonate', isResourceRequest: true, path: '', namespace: '', apiGroup: '', apiVersion: '', resource: 'users', subresource: '', name: 'bob' };
const forbidden = 'users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope';

test.each([
  ['with a reason', new AuthorizationError('webhook is gone', { decision: 'noOpinion', reason: 'not here' }), `${forbidden}: webhook is gone: not here`],
  ['without one', new AuthorizationError('webhook is gone', { decision: 'deny', reason: '' }), `${forbidden}: webhook is gone`],
  ['by a Forbidden of its own', newForbidden({ group: '', resource: 'x' }, 'y', 'no'), 'x "y" is forbidden: no'],
])('nobody acts as another where the authorizer fails %s', async (_what, err, message) => {
  await expect(checkAuthorization({} as RequestContext, { authorize: () => Promise.reject(err) }, attributes)).rejects.toMatchObject({ message, status: { code: 403 } });
});
