/**
 * What a fresh server writes for itself: system namespaces, RBAC roles and bindings, priority levels and classes, the
 * network of the Services, and the Service that leads to itself.
 *
 * Upstream: pkg/registry/rbac/rest/storage_rbac.go, pkg/registry/flowcontrol/rest, pkg/registry/scheduling/rest,
 * pkg/controlplane/controller/{systemnamespaces,defaultservicecidr}, as post-start hooks. Leaves out mending objects
 * that were changed, but for the endpoints of the server itself.
 */
import { struct, structs } from '../apimachinery/access.ts';
import { deepCopy } from '../apimachinery/deep.ts';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import { newFieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { FieldManager } from '../apimachinery/managedfields/field-manager.ts';
import { parseGroupVersion } from '../apimachinery/types.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RequestContext } from '../http/context.ts';
import { isAlreadyExists, isNotFound } from '../http/status.ts';
import { formatTime } from '../apimachinery/serializer/go-time.ts';
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

/** Whose the objects are, where they are not the server's own in general. */
const MANAGERS: Record<string, string> = { FlowSchema: 'api-priority-and-fairness-config-producer-v1', PriorityLevelConfiguration: 'api-priority-and-fairness-config-producer-v1' };

export async function writeBootstrapObjects({ clock, tracer, externalAddress }: Pick<ServerConfig, 'clock' | 'tracer' | 'externalAddress'>, { defaulter, scheme }: Machinery, rest: RESTProvider): Promise<void> {
  const { servicecidrs = [], ...others } = bootstrap;
  for (const [resource, objects] of Object.entries(others)) {
    await Promise.all(objects.map((object) => createIfMissing(resource, object)));
  }
  for (const cidr of servicecidrs) await writeServiceCIDR({ ...cidr, spec: { cidrs: [SERVICE_CLUSTER_IP_RANGE] } });
  const { service, endpoints, slice } = kubernetesService(SERVICE_CLUSTER_IP_RANGE, externalAddress);
  await createIfMissing('services', service);
  await createOrReplace('endpoints', endpoints);
  await createOrReplace('endpointslices', slice);

  function fieldsOf({ apiVersion, kind }: KubeObject, subresource = ''): FieldManager {
    return newFieldManager({ scheme, kind: { group: '', version: '', ...parseGroupVersion(apiVersion), kind }, subresource, clock });
  }

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
        const managed = fieldsOf(object).update(undefined, copy, MANAGERS[object.kind] ?? OPTIONS.fieldManager);
        await create(newBackgroundContext(tracer, 'create', namespace), managed, nothing, OPTIONS);
        return true;
      } catch (err) {
        if (isAlreadyExists(err)) return false;
        // another server that starts now may have taken the address, and be about to write the Service
        if (attempt === ATTEMPTS) throw err;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** A server that starts again may have another address. */
  async function createOrReplace(resource: string, object: KubeObject): Promise<void> {
    if (await createIfMissing(resource, object)) return;
    const { update } = lookupSubresource(rest, parseGroupVersion(object.apiVersion)?.group ?? '', resource, '');
    const { name = '', namespace = '' } = object.metadata;
    const next = (live: KubeObject | undefined) => ({ ...deepCopy(object), metadata: deepCopy(live ?? object).metadata });
    const info = { updatedObject: async (_ctx: RequestContext, live: KubeObject | undefined) => fieldsOf(object).update(live, next(live), OPTIONS.fieldManager) };
    await update?.(newBackgroundContext(tracer, 'update', namespace), name, info, nothing, nothing, { ...OPTIONS, forceAllowCreate: false });
  }

  /** The status, which says that the network is ready, is a second write, as for everybody; who made the object may have ended before it. */
  async function writeServiceCIDR(cidr: KubeObject): Promise<void> {
    await createIfMissing('servicecidrs', cidr);
    const { get, update } = lookupSubresource(rest, 'networking.k8s.io', 'servicecidrs', 'status');
    const found = await get?.(newBackgroundContext(tracer, 'get', ''), cidr.metadata.name ?? '', { resourceVersion: '' });
    if (found && structs(struct(found, 'status'), 'conditions').some(({ type, status }) => type === 'Ready' && status !== 'Unknown')) return;
    const { apiVersion, kind, metadata: { name = '' } } = cidr;
    const conditions = structs(struct(cidr, 'status'), 'conditions').map((condition) => ({ ...condition, lastTransitionTime: formatTime(clock.now()) }));
    const applied = { apiVersion, kind, metadata: { name }, status: { conditions } };
    const info = { updatedObject: async (_ctx: RequestContext, live: KubeObject | undefined) => fieldsOf(cidr, 'status').apply(live, applied, 'kubernetes-service-cidr-controller', true) };
    await update?.(newBackgroundContext(tracer, 'update', ''), name, info, nothing, nothing, { ...OPTIONS, forceAllowCreate: false });
  }
}

/** Reads namespaces for admission. */
export function getNamespaces(rest: RESTProvider): (ctx: RequestContext, name: string) => Promise<KubeObject> {
  const { get } = lookup(rest, '', 'namespaces');
  return (ctx, name) => get(ctx, name, { resourceVersion: '' });
}
