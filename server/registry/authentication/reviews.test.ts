import { expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newAuthenticator } from '../../authentication/authenticator.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { newServiceAccountKeys } from '../../authentication/service-account/keys.ts';
import type { RequestContext } from '../../http/context.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import { newSelfSubjectReviewREST } from './self-subject-review.ts';
import { newTokenReviewREST } from './token-review.ts';

const apiVersion = 'authentication.k8s.io/v1';
const table: TableConvertor = { convertToTable: () => ({ apiVersion: 'meta.k8s.io/v1', kind: 'Table', metadata: {}, columnDefinitions: null, rows: [] }) };

function create(rest: RESTStorage, kind: string, spec?: object, user?: UserInfo): Promise<KubeObject> {
  const ctx = { user, warnings: new Set() } as unknown as RequestContext;
  const options = { dryRun: false, fieldManager: '', fieldValidation: 'Strict' } as const;
  return rest.create!(ctx, { apiVersion, kind, metadata: {}, ...(spec && { spec }) }, () => Promise.resolve(), options);
}

test.each<[UserInfo, object]>([
  [{ name: 'alice', groups: ['system:authenticated'] }, { username: 'alice', groups: ['system:authenticated'] }],
  [{ name: 'carol', uid: 'u-1', groups: ['g1'], extra: { scopes: ['a'] } }, { username: 'carol', uid: 'u-1', groups: ['g1'], extra: { scopes: ['a'] } }],
])('SelfSubjectReview tells %j who they are', async (user, userInfo) => {
  const rest = newSelfSubjectReviewREST({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) }, table);
  expect(await create(rest, 'SelfSubjectReview', undefined, user)).toEqual({ apiVersion, kind: 'SelfSubjectReview', metadata: { creationTimestamp: '2026-01-02T03:04:05Z' }, status: { userInfo } });
});

const clock = { now: () => 0 };
const nothing = async () => undefined;
const serviceAccounts = {
  issuers: ['https://here'],
  apiAudiences: ['https://here'],
  keys: newServiceAccountKeys({ publicKeys: [] }),
  getter: { serviceAccount: nothing, pod: nothing, secret: nothing, node: nothing },
  clock,
};
const authenticator = newAuthenticator({ tokens: [{ token: 'secret', user: { name: 'alice', uid: 'u', groups: [] } }], anonymousAuth: true, serviceAccounts });
const alice = { username: 'alice', uid: 'u', groups: ['system:authenticated'] };

test.each([
  [{ token: 'secret' }, { authenticated: true, user: alice, audiences: ['https://here'] }],
  [{ token: 'secret', audiences: ['https://here', 'vault'] }, { authenticated: true, user: alice, audiences: ['https://here'] }],
  [{ token: 'secret', audiences: ['vault'] }, { user: {}, error: 'invalid bearer token' }],
  [{ token: 'wrong' }, { user: {}, error: 'invalid bearer token' }],
])('TokenReview answers %j', async (spec, status) => {
  expect(await create(newTokenReviewREST(authenticator, table), 'TokenReview', spec)).toEqual({ apiVersion, kind: 'TokenReview', metadata: {}, spec, status });
});

test('TokenReview needs a token', async () => {
  await expect(create(newTokenReviewREST(authenticator, table), 'TokenReview', {})).rejects.toMatchObject({ message: 'token is required for TokenReview in authentication', status: { code: 400 } });
});
