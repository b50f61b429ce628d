/**
 * Stage `registry`: behind each resource now stands a store with its kind's strategy. Names are generated, versions
 * compared, defaults filled in, mistakes refused. Objects go into an etcd that nobody else sees.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/store.go, pkg/registry.
 */
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import type { Stage } from './stage.ts';
import { newUndecoratedStorage } from './storages.ts';

export const registry: Stage = {
  name: 'registry',
  adds: 'a generic store knows the rules that hold for every kind',
  after: 'mux',
  tries: [
    'kubectl create namespace demo',
    'kubectl create configmap greeting --from-literal=hello=world',
    'kubectl get configmaps -o yaml',
  ],
  build(config) {
    const machinery = newMachinery(config.scheme);
    const etcd = newEmbeddedEtcd({ clock: config.clock });
    return newKubeAPIServer({ ...config, etcd }, machinery, newUndecoratedStorage(machinery, etcd, config.etcdPrefix));
  },
};
