import { expect, test } from 'vitest';
import type { RESTProvider } from '../registry/builtin.ts';
import { withDefaultServiceAccounts } from '../stages/default-service-account.ts';
import { getNamespaces } from '../stages/post-start.ts';
import { newTestRegistry, pod, requestFor } from '../registry/registry.test-util.ts';
import { trace } from '@opentelemetry/api';
import { newAlwaysAllowAuthorizer } from '../authorization/builtin.ts';
import { attributesOf, run } from './admission.test-util.ts';
import { newPlugins } from './plugins.ts';
import type { PluginSources } from './plugins.ts';
import { newReader } from './reader.ts';
import type { Reader } from './reader.ts';

const tracer = trace.getTracer('test');

function namesOf(enable: string[] = [], disable: string[] = []): string[] {
  const { provider } = newTestRegistry();
  return newPlugins({ enable, disable }, sourcesOf(provider, newReader(provider, '', 'serviceaccounts'))).map(({ name }) => name);
}

const sourcesOf = (rest: RESTProvider, accounts: Reader): PluginSources => ({ rest, accounts, getNamespace: getNamespaces(rest), authorizer: newAlwaysAllowAuthorizer() });

test("stand in upstream's order", () => {
  expect(namesOf()).toEqual([
    'NamespaceLifecycle',
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
    'PodResizeValidator',
  ]);
});

test('come and go as asked, in the same order', () => {
  expect(namesOf(['TaintNodesByCondition', 'NodeRestriction'], ['ServiceAccount', 'DefaultStorageClass']).slice(0, 4)).toEqual(['NamespaceLifecycle', 'NodeRestriction', 'TaintNodesByCondition', 'Priority']);
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
  const plugin = newPlugins({ enable: [], disable: [] }, sourcesOf(provider, accounts)).find(({ name }) => name === 'ServiceAccount');
  expect(await run(plugin!, attributesOf('pods', pod('p')))).toMatchObject({ spec: { serviceAccountName: 'default' } });
  expect(await rest('v1', 'serviceaccounts').get(requestFor({ namespace: 'ns' }), 'default', { resourceVersion: '' })).toMatchObject({ metadata: { name: 'default' } });
  await expect(run(plugin!, attributesOf('pods', pod('q', { serviceAccountName: 'none' })))).rejects.toThrow('serviceaccount "none" not found');
});
