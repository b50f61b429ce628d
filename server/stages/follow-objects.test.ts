import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { RBACIndex } from '../authorization/rbac-source.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import type { RESTStorage } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { RBAC, followObjects } from './follow-objects.ts';
import { defaultServerConfig } from './default-config.ts';

const role: KubeObject = { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'reader' }, rules: [] };
const bookmark: WatchEvent = { type: 'BOOKMARK', object: { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: {} } };

test('forgets a role that went while nobody watched', async () => {
  const rounds: WatchEvent[][] = [[{ type: 'ADDED', object: role }, bookmark], [bookmark]];
  const stopped = new AbortController();
  const watch: Required<RESTStorage>['watch'] = async () => ({
    stop: () => undefined,
    async *[Symbol.asyncIterator]() {
      yield* rounds.shift() ?? [bookmark];
    },
  });
  const never = () => Promise.reject(new Error('not asked for'));
  const rest: RESTProvider = (_gv, { resource }) => {
    const storage = { namespaced: false, table: { convertToTable: () => expect.fail() }, get: never, list: never, create: never };
    return { ...storage, watch: resource === 'clusterroles' ? watch : async () => ({ stop: () => undefined, async *[Symbol.asyncIterator]() { yield bookmark; } }) };
  };
  const index = new RBACIndex();
  await followObjects(defaultServerConfig(), rest, RBAC, index, stopped.signal);
  expect(index.clusterRoles.get('reader')).toBeDefined();
  await expect.poll(() => index.clusterRoles.get('reader')).toBeUndefined();
  stopped.abort();
});
