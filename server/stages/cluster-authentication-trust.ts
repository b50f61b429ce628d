/**
 * Publishes in ConfigMap extension-apiserver-authentication of namespace kube-system which clients are believed.
 *
 * Upstream: pkg/controlplane/controller/clusterauthenticationtrust, started by a post-start hook. Leaves out mending the
 * ConfigMap when others have changed it.
 */
import { stringMap } from '../apimachinery/access.ts';
import { newFieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { ClusterAuthentication } from '../authentication/cluster-authentication-trust.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RequestContext } from '../http/context.ts';
import { isNotFound } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookupSubresource } from '../registry/lookup.ts';
import type { ServerConfig } from './stage.ts';

const NAMESPACE = 'kube-system';
const NAME = 'extension-apiserver-authentication';
const OPTIONS = { dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore' } as const;
const nothing = async () => undefined;

export async function publishClusterAuthentication({ tracer, clock, log }: Pick<ServerConfig, 'tracer' | 'clock' | 'log'>, { scheme }: Machinery, rest: RESTProvider, { combine }: ClusterAuthentication): Promise<void> {
  const { create, update } = lookupSubresource(rest, '', 'configmaps', '');
  const fields = newFieldManager({ scheme, kind: { group: '', version: 'v1', kind: 'ConfigMap' }, subresource: '', clock });
  const next = (live: KubeObject | undefined): KubeObject => ({ ...(live ?? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: NAMESPACE, name: NAME } }), data: combine(live ? stringMap(live, 'data') : {}) });
  const updated = { updatedObject: async (_ctx: RequestContext, live: KubeObject | undefined) => fields.update(live, next(live), OPTIONS.fieldManager) };
  try {
    await update?.(newBackgroundContext(tracer, 'update', NAMESPACE), NAME, updated, nothing, nothing, { ...OPTIONS, forceAllowCreate: false });
  } catch (err) {
    if (!isNotFound(err)) return log.error(err, 'cluster_authentication_trust_controller failed');
    await create?.(newBackgroundContext(tracer, 'create', NAMESPACE), fields.update(undefined, next(undefined), OPTIONS.fieldManager), nothing, OPTIONS);
  }
}
