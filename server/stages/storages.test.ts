import { expect, test } from 'vitest';
import { newMachinery } from '../endpoints/machinery.ts';
import { CacheDelegator } from '../storage/cacher/delegator.ts';
import { defaultServerConfig } from './default-config.ts';
import { newStorageWithCacher, newUndecoratedStorage } from './storages.ts';

const machinery = newMachinery();
const getAttrs = () => ({ labels: {}, fields: {} });
const newFunc = () => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: {} });
const configMaps = { resource: { group: '', resource: 'configmaps' }, kind: { group: '', version: 'v1', kind: 'ConfigMap' }, namespaced: true, prefix: '/configmaps', getAttrs, indexField: undefined, newFunc };
const events = { ...configMaps, resource: { group: '', resource: 'events' }, prefix: '/events' };

test.each([
  ['of most resources', {}, configMaps, true],
  ['not of events', {}, events, false],
  ['of events where a size says so', { watchCacheSizes: { events: 1 } }, events, true],
  ['not of a resource whose size is 0', { watchCacheSizes: { configmaps: 0 } }, configMaps, false],
  ['of none with --watch-cache=false', { watchCache: false }, configMaps, false],
])('a cache is kept %s', (_, flags, target, cached) => {
  const config = defaultServerConfig(flags);
  const storage = newStorageWithCacher(machinery, config, newUndecoratedStorage(machinery, config))(target);
  expect(storage instanceof CacheDelegator).toBe(cached);
  storage.close();
});
