import { expect, test } from 'vitest';
import { withDefaultServiceAccounts } from '../stages/default-service-account.ts';
import { newTestRegistry, pod, requestFor } from '../registry/registry.test-util.ts';
import { trace } from '@opentelemetry/api';
import { newAlwaysAllowAuthorizer } from '../authorization/builtin.ts';
import { attributesOf, run } from './admission.test-util.ts';
import { defaultPlugins } from './plugins.ts';
import { newReader } from './reader.ts';

const tracer = trace.getTracer('test');

test("stand in upstream's order", () => {
  const { provider } = newTestRegistry();
  expect(defaultPlugins(provider, newReader(provider, '', 'serviceaccounts'), newAlwaysAllowAuthorizer()).map(({ name }) => name)).toEqual([
    'ServiceAccount',
    'TaintNodesByCondition',
    'Priority',
    'DefaultTolerationSeconds',
    'DefaultStorageClass',
    'StorageObjectInUseProtection',
    'PersistentVolumeClaimResize',
    'RuntimeClass',
    'CertificateApproval',
    'CertificateSigning',
    'PodTopologyLabels',
  ]);
});

test('readers find what is stored, and tell what is not', async () => {
  const registry = newTestRegistry();
  await registry.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a', namespace: 'ns' } });
  const reader = newReader(registry.provider, '', 'serviceaccounts');
  expect(await reader.get(requestFor(), 'ns', 'a')).toMatchObject({ metadata: { name: 'a' } });
  expect(await reader.get(requestFor(), 'ns', 'b')).toBeUndefined();
  expect((await reader.list(requestFor())).map(({ metadata }) => metadata.name)).toEqual(['a']);
});

test('the first Pod of a namespace finds a default account, and no other that is missing', async () => {
  const { provider, rest } = newTestRegistry();
  const accounts = withDefaultServiceAccounts({ tracer }, provider, newReader(provider, '', 'serviceaccounts'));
  const [plugin] = defaultPlugins(provider, accounts, newAlwaysAllowAuthorizer());
  expect(await run(plugin!, attributesOf('pods', pod('p')))).toMatchObject({ spec: { serviceAccountName: 'default' } });
  expect(await rest('v1', 'serviceaccounts').get(requestFor({ namespace: 'ns' }), 'default', { resourceVersion: '' })).toMatchObject({ metadata: { name: 'default' } });
  await expect(run(plugin!, attributesOf('pods', pod('q', { serviceAccountName: 'none' })))).rejects.toThrow('serviceaccount "none" not found');
});
