/**
 * Stage `registry`: behind each resource now stands a store with its kind's strategy. It names and checks what is
 * written, settles who wins and who owns a field, and keeps what finalizers hold. Objects go into an etcd that nobody
 * else sees.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/store.go, pkg/registry.
 */
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { newPolicies } from './policies.ts';
import type { Stage } from './stage.ts';
import { newUndecoratedStorage } from './storages.ts';

export const registry: Stage = {
  name: 'registry',
  adds: 'a store behind each resource keeps the rules that hold for every kind',
  after: 'codec',
  tries: [
    'kubectl create deployment web --image=nginx',
    `kubectl patch deployment web --patch '{"spec":{"replicas":3}}'`,
    'kubectl get deployment web -o yaml --show-managed-fields',
    'kubectl delete deployment web --cascade=foreground --wait=false',
  ],
  build(config) {
    const machinery = newMachinery();
    const etcd = newEmbeddedEtcd({ clock: config.clock });
    return newKubeAPIServer({ ...config, etcd }, machinery, newUndecoratedStorage(machinery, { ...config, etcd }), newPolicies(config));
  },
};
