/**
 * What a fresh server writes for itself: system namespaces, RBAC roles and bindings, priority levels and classes, the
 * network of the Services, and the Service that leads to itself.
 *
 * Upstream: pkg/registry/rbac/rest/storage_rbac.go, pkg/registry/flowcontrol/rest, pkg/registry/scheduling/rest,
 * pkg/controlplane/controller/{systemnamespaces,defaultservicecidr}, as post-start hooks. Leaves out mending objects
 * that were changed.
 */
import { deepCopy } from '../apimachinery/deep.ts';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import { parseGroupVersion } from '../apimachinery/types.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RequestContext } from '../http/context.ts';
import { isAlreadyExists, isNotFound } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { SERVICE_CLUSTER_IP_RANGE } from '../registry/core/service/cluster-ips.ts';
import { lookup, lookupSubresource } from '../registry/lookup.ts';
import { kubernetesService } from './kubernetes-service.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import type { ServerConfig } from './stage.ts';

const OPTIONS = { dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore' } as const;
const nothing = async () => undefined;
const ATTEMPTS = 10;
const RETRY_MS = 100;

export async function writeBootstrapObjects({ tracer, externalAddress }: ServerConfig, { defaulter }: Machinery, rest: RESTProvider): Promise<void> {
  const { servicecidrs = [], ...others } = bootstrap;
  for (const [resource, objects] of Object.entries(others)) {
    await Promise.all(objects.map((object) => createIfMissing(resource, object)));
  }
  for (const cidr of servicecidrs) await writeServiceCIDR({ ...cidr, spec: { cidrs: [SERVICE_CLUSTER_IP_RANGE] } });
  for (const [resource, object] of kubernetesService(SERVICE_CLUSTER_IP_RANGE, externalAddress)) await createIfMissing(resource, object);

  /** Answers whether it was missing. */
  async function createIfMissing(resource: string, object: KubeObject): Promise<boolean> {
    const group = parseGroupVersion(object.apiVersion)?.group ?? '';
    const { create, get } = lookup(rest, group, resource);
    const { name = '', namespace = '' } = object.metadata;
    const isThere = () =>
      get(newBackgroundContext(tracer, 'get', namespace), name, { resourceVersion: '' }).then(
        () => true,
        (err: unknown) => {
          if (isNotFound(err)) return false;
          throw err;
        },
      );
    for (let attempt = 1; ; attempt++) {
      // asked first: a create would want what the object that is there already holds, as the Service its address
      if (await isThere()) return false;
      const copy = deepCopy(object);
      defaulter(copy);
      try {
        await create(newBackgroundContext(tracer, 'create', namespace), copy, nothing, OPTIONS);
        return true;
      } catch (err) {
        if (isAlreadyExists(err)) return false;
        // another server that starts now may have taken the address, and be about to write the Service
        if (attempt === ATTEMPTS) throw err;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** The status, which says that the network is ready, is a second write, as for everybody. */
  async function writeServiceCIDR(cidr: KubeObject): Promise<void> {
    if (!(await createIfMissing('servicecidrs', cidr))) return;
    const { update } = lookupSubresource(rest, 'networking.k8s.io', 'servicecidrs', 'status');
    const info = { updatedObject: async (_ctx: RequestContext, live: KubeObject | undefined) => ({ ...deepCopy(live ?? cidr), status: cidr.status }) };
    await update?.(newBackgroundContext(tracer, 'update', ''), cidr.metadata.name ?? '', info, nothing, nothing, { ...OPTIONS, forceAllowCreate: false });
  }
}

/** Reads namespaces for admission. */
export function getNamespaces(rest: RESTProvider): (ctx: RequestContext, name: string) => Promise<KubeObject> {
  const { get } = lookup(rest, '', 'namespaces');
  return (ctx, name) => get(ctx, name, { resourceVersion: '' });
}
