/**
 * Stage `apiserver`: all of the stages before, and what makes them a cluster's: its first objects, roles that are read
 * from storage, admission.
 *
 * Upstream: cmd/kube-apiserver.
 */
import { newNamespaceLifecycle } from '../admission/namespace-lifecycle.ts';
import { defaultPlugins } from '../admission/plugins.ts';
import { newReader } from '../admission/reader.ts';
import { RBACIndex } from '../authorization/rbac-source.ts';
import { withDefaultServiceAccounts } from './default-service-account.ts';
import { followRoles } from './follow-roles.ts';
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { getNamespaces, writeBootstrapObjects } from './post-start.ts';
import type { Stage } from './stage.ts';
import { newStorageWithCacher, newUndecoratedStorage } from './storages.ts';

export const apiserver: Stage = {
  name: 'apiserver',
  adds: 'all of it: bootstrap objects, roles out of storage, admission',
  after: 'watch',
  tries: ['kubectl create deployment web --image=nginx --replicas=2', 'kubectl get all', 'kubectl auth can-i --list'],
  build(config) {
    const machinery = newMachinery(config.scheme);
    const undecorated = newUndecoratedStorage(machinery, config.etcd, config.etcdPrefix);
    const roles = new RBACIndex();
    return newKubeAPIServer(config, machinery, newStorageWithCacher(machinery, config, undecorated), {
      roles,
      admission: (rest) => [newNamespaceLifecycle(getNamespaces(rest)), ...defaultPlugins(rest, withDefaultServiceAccounts(config, rest, newReader(rest, '', 'serviceaccounts')))],
      async postStart(rest, signal) {
        await writeBootstrapObjects(config, machinery, rest);
        await followRoles(config, rest, roles, signal);
      },
    });
  },
};
