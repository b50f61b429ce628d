/**
 * Stage `informer`: behind the watches stand clients that act on what they hear. A Deployment leads to Pods, and Pods run,
 * on a node that is pretended.
 *
 * Upstream: k8s.io/client-go/tools/cache, and what kube-controller-manager, kube-scheduler and kubelet do with it.
 */
import { CONTROLLER_NAMES } from '../client/controllers/manager.ts';
import { withControllers } from './controllers.ts';
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { Compactor } from '../storage/etcd/compact.ts';
import { newPolicies } from './policies.ts';
import type { Stage } from './stage.ts';
import { newStorageWithCacher, newUndecoratedStorage } from './storages.ts';

export const informer: Stage = {
  name: 'informer',
  adds: 'clients that watch, and make what is so more like what is wanted',
  after: 'watch',
  tries: [
    'kubectl create deployment web --image=nginx --replicas=2',
    'kubectl rollout status deployment/web',
    'kubectl get pods -o wide',
    'kubectl delete deployment web',
  ],
  build(config) {
    const machinery = newMachinery();
    const compactor = new Compactor(config);
    const undecorated = newUndecoratedStorage(machinery, { ...config, compactor });
    return withControllers(config, config.controllers ?? CONTROLLER_NAMES, (config) =>
      newKubeAPIServer(config, machinery, newStorageWithCacher(machinery, config, undecorated), { ...newPolicies(config), compactor }),
    );
  },
};
