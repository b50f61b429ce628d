/** Values that cannot be read any more, where the gate is open that lets them be deleted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../bad-input/request.ts';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { runCommandLine, startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { ask, collection, create, put, stored } from './ask.ts';

const unsafe = 'ignoreStoreReadErrorWithClusterBreakingPotential=true';
const bad = '/registry/configmaps/default/bad';
const invalid = (message: string) => ({ status: 422, body: { reason: 'Invalid', message: expect.stringContaining(`ignoreStoreReadErrorWithClusterBreakingPotential: Invalid value: true: ${message}`) as string } });

let etcd: RunningEtcd;
let stage: StageProcess;

beforeAll(async () => {
  etcd = await startEtcd();
  stage = await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`, '--feature-gates=AllowUnsafeMalformedObjectDeletion=true']);
  await create(stage, 'good');
  await create(stage, 'bad');
  await put(etcd.endpoint, bad, 'gone bad');
});
afterAll(async () => {
  await stage.stop();
  await etcd.stop();
});

test('reads say what is wrong, a list of all that is', async () => {
  const corrupt = (key: string) => expect.stringMatching(`StorageError: corrupt object, Code: 7, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: object not decodable revision=\\d+: `) as string;
  expect(await ask(stage, 'GET', `${collection}/bad`)).toMatchObject({ status: 500, body: { reason: 'InternalError', message: corrupt('/configmaps/default/bad') } });
  expect(await ask(stage, 'GET', collection)).toMatchObject({
    status: 500,
    body: { reason: 'StorageReadError', message: 'failed to read one or more configmaps from the storage', details: { name: 'list', kind: 'configmaps', causes: [{ reason: 'UnexpectedServerResponse', message: corrupt(bad), field: bad }] } },
  });
  expect(await ask(stage, 'DELETE', `${collection}/bad`)).toMatchObject({ status: 500, body: { message: corrupt('/configmaps/default/bad') } });
});

test.each([
  [`${collection}/good?${unsafe}`, 'is exclusively used to delete corrupt object(s), try again by removing this option'],
  [`${collection}/none?${unsafe}`, 'is exclusively used to delete corrupt object(s), try again by removing this option'],
  [`${collection}?${unsafe}`, 'is not allowed with DELETECOLLECTION, try again after removing the option'],
  [`${collection}/bad?${unsafe}&dryRun=All`, 'cannot be set together with .dryRun'],
  [`${collection}/bad?${unsafe}&gracePeriodSeconds=0`, 'cannot be set together with .gracePeriodSeconds'],
  [`${collection}/bad?${unsafe}&propagationPolicy=Orphan`, 'cannot be set together with .propagationPolicy'],
  [`${collection}/bad?${unsafe}&orphanDependents=true`, 'cannot be set together with .orphanDependents'],
])('DELETE %s is refused', async (path, why) => {
  expect(await ask(stage, 'DELETE', path)).toMatchObject(invalid(why));
});

test('who may delete may not delete unread, and who may do anything does', async () => {
  const rbac = (kind: string, more: object) => ask(stage, 'POST', `/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s`, { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'deleter' }, ...more });
  await rbac('ClusterRole', { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['delete'] }] });
  await rbac('ClusterRoleBinding', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'deleter' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }] });
  const asAlice = async () => JSON.parse((await request(stage, 'DELETE', `${collection}/bad?${unsafe}`, { authorization: `Bearer ${stage.tokens.alice}` })).body) as { message: string };
  await expect.poll(asAlice).toMatchObject({ code: 403, message: 'configmaps "bad" is forbidden: not permitted to do "unsafe-delete-ignore-read-errors", reason: ' });
  expect(await stored(etcd.endpoint, bad)).toBe('gone bad');

  expect(await ask(stage, 'DELETE', `${collection}/bad?${unsafe}`)).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success', details: { name: 'bad', kind: 'ConfigMap' }, code: 200 } });
  expect(await stored(etcd.endpoint, bad)).toBe('');
  expect(await ask(stage, 'GET', `${collection}/bad`)).toMatchObject({ status: 404 });
  // where a cache could answer, it is waited for first: it has not come past the value yet
  expect((await ask(stage, 'GET', collection)).body.items?.map(({ metadata: { name } }) => name)).toContain('good');
});

test.each([
  ['WatchList=maybe', 'unrecognized feature gate: WatchList'],
  ['AllowUnsafeMalformedObjectDeletion=maybe', 'AllowUnsafeMalformedObjectDeletion must be true or false'],
])('--feature-gates=%s is refused', async (gates, why) => {
  expect(await runCommandLine('stage', 'apiserver', `--feature-gates=${gates}`)).toMatchObject({ code: 1, stderr: expect.stringContaining(why) as string });
});
