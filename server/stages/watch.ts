/**
 * Stage `watch`: in front of etcd stands a cache for each resource, fed by one watch; it answers reads and feeds all
 * watchers.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher.
 */
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { Compactor } from '../storage/etcd/compact.ts';
import { newPolicies } from './policies.ts';
import type { Stage } from './stage.ts';
import { newStorageWithCacher, newUndecoratedStorage } from './storages.ts';

export const watch: Stage = {
  name: 'watch',
  adds: 'a cache fed by one watch answers reads and feeds every watcher',
  after: 'storage',
  tries: [
    'kubectl get pods --watch &',
    'kubectl run nginx --image=nginx',
    "kubectl get --raw '/api/v1/namespaces/default/pods?resourceVersion=0'",
  ],
  build(config) {
    const machinery = newMachinery();
    const compactor = new Compactor(config);
    const undecorated = newUndecoratedStorage(machinery, { ...config, compactor });
    return newKubeAPIServer(config, machinery, newStorageWithCacher(machinery, config, undecorated), { ...newPolicies(config), compactor });
  },
};
