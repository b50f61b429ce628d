/**
 * NamespaceLifecycle: nothing is made in a namespace that is not there or is going away, and three namespaces stay.
 *
 * Upstream: k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go. Leaves out the wait for an informer
 * and its list of suspects: the namespace is read from storage, where it is never stale.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { newForbidden } from '../http/status.ts';
import type { Admission, Attributes } from './interfaces.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
const REVIEWS = new Set(['localsubjectaccessreviews.authorization.k8s.io']);

/** `getNamespace` throws NotFound. */
export function newNamespaceLifecycle(getNamespace: (ctx: RequestContext, name: string) => Promise<KubeObject>): Admission {
  return {
    name: 'NamespaceLifecycle',
    handles: (operation) => operation !== 'CONNECT',
    async admit(ctx, { operation, kind, resource, namespace, name }) {
      const aboutNamespace = kind.group === '' && kind.kind === 'Namespace';
      if (operation === 'DELETE' && aboutNamespace && IMMORTAL.has(name)) throw newForbidden(resource, name, 'this namespace may not be deleted');
      if (operation === 'DELETE' || aboutNamespace || namespace === '' || REVIEWS.has(`${resource.resource}.${resource.group}`)) return;
      const found = await getNamespace(ctx, namespace);
      if (operation === 'CREATE' && isTerminating(found)) throw newTerminating({ resource, name, namespace });
    },
  };
}

function isTerminating({ status }: KubeObject): boolean {
  return typeof status === 'object' && status !== null && 'phase' in status && status.phase === 'Terminating';
}

function newTerminating({ resource, name, namespace }: Pick<Attributes, 'resource' | 'name' | 'namespace'>) {
  const err = newForbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`);
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' };
  err.status.details = { ...err.status.details, causes: [cause] };
  return err;
}
