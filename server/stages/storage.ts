/**
 * Stage `storage`: objects live in etcd, under keys, with revisions, where anybody may look: an embedded one, or a real
 * one named by `--etcd-servers`.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/store.go.
 */
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { Compactor } from '../storage/etcd/compact.ts';
import { newPolicies } from './policies.ts';
import type { Stage } from './stage.ts';
import { newUndecoratedStorage } from './storages.ts';

export const storage: Stage = {
  name: 'storage',
  adds: 'objects live in etcd, under keys, with revisions',
  after: 'registry',
  tries: [
    'kubectl run nginx --image=nginx',
    'kubectl get pods -o wide',
    'kubectl get pods --watch',
  ],
  build(config) {
    const machinery = newMachinery();
    const compactor = new Compactor(config);
    return newKubeAPIServer(config, machinery, newUndecoratedStorage(machinery, { ...config, compactor }), { ...newPolicies(config), compactor });
  },
};
