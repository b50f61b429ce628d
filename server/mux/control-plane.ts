/**
 * The mux of a whole API server: health, version, discovery, OpenAPI, and a web service for each group version.
 *
 * Upstream: k8s.io/apiserver/pkg/server/{config,genericapiserver}.go (installAPI, InstallAPIGroups) and
 * pkg/controlplane/instance.go.
 */
import type { AdmissionChain } from '../admission/chain.ts';
import type { APIGroupFacts, APIResourceFacts } from '../apimachinery/facts/facts.ts';
import { newFieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { GroupVersion, GroupVersionKind } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import type { RequestScope } from '../endpoints/scope.ts';
import type { Clock } from '../http/context.ts';
import { selectableFields } from '../registry/attributes.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { conversionBetween } from '../registry/conversion/shared-storage.ts';
import type { RESTStorage } from '../registry/rest.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import { installAPIGroupVersion } from './api-installer.ts';
import { DiscoveryManager } from './discovery/discovery-manager.ts';
import { installGroupDiscovery, installGroupsDiscovery, newRootDiscovery, newVersionDiscovery } from './discovery/handlers.ts';
import { newDocumentWriter } from './discovery/write-document.ts';
import type { HealthChecker } from './health.ts';
import { installPathHandler, logHealthz, pingHealthz } from './health.ts';
import { installIndex } from './index-handler.ts';
import { installMetrics } from './metrics.ts';
import { OpenAPIDocuments } from './openapi/documents.ts';
import { installOpenAPI } from './openapi/handlers.ts';
import type { OpenIDMetadata } from './openid-metadata.ts';
import { newOpenIDServices } from './openid-metadata.ts';
import { PathRecorderMux } from './path-recorder-mux.ts';
import { newVersionService } from './version.ts';

/** What all handlers of a server share. */
export interface ScopeOptions {
  machinery: Machinery;
  admission: AdmissionChain;
  authorizer: Authorizer;
  clock: Clock;
  minRequestTimeout: number;
  allowUnsafeMalformedObjectDeletion: boolean;
}

export interface ControlPlaneOptions extends ScopeOptions {
  groups: APIGroupFacts[];
  rest: RESTProvider;
  externalAddress: string;
  /** What must be well beside answering at all. */
  checks: HealthChecker[];
  /** What must be well for the server not to be started afresh, where that is not the same. */
  liveChecks?: HealthChecker[];
  /** What must be well before requests are sent here, beside answering at all. */
  readyChecks: HealthChecker[];
  /** Where service accounts have tokens. */
  openID?: OpenIDMetadata;
}

export function newControlPlane(options: ControlPlaneOptions): PathRecorderMux {
  const { machinery, groups, rest, checks, externalAddress, openID } = options;
  const mux = new PathRecorderMux();
  installIndex(mux);
  const alive = [pingHealthz, logHealthz];
  installPathHandler(mux, '/healthz', [...alive, ...checks]);
  installPathHandler(mux, '/livez', [...alive, ...(options.liveChecks ?? checks)]);
  installPathHandler(mux, '/readyz', [...alive, ...options.readyChecks]);
  mux.mount(newVersionService());
  installMetrics(mux, machinery.metrics.registry, options.clock.now());
  const openIDServices = openID ? newOpenIDServices(openID, externalAddress) : [];
  for (const service of openIDServices) mux.mount(service);

  const manager = new DiscoveryManager(groups);
  const discovery = { manager, externalAddress, write: newDocumentWriter(machinery.factory) };
  mux.mount(newRootDiscovery(discovery));
  installGroupsDiscovery(mux, discovery);
  installOpenAPI(mux, new OpenAPIDocuments(machinery.scheme, manager, openIDServices), () => options.clock.now());
  for (const { group, versions } of groups) {
    if (group !== '') installGroupDiscovery(mux, discovery, group);
    for (const version of versions) {
      const gv = { group, version: version.version };
      const service = installAPIGroupVersion(gv, version, (resource, subresource) => {
        const storage = rest(gv, resource, subresource);
        return storage && { rest: storage, scope: newScope(options, gv, resource, subresource, storage) };
      });
      service.route(newVersionDiscovery(discovery, gv));
      mux.mount(service);
    }
  }
  return mux;
}

export function newScope(options: ScopeOptions, gv: GroupVersion, facts: APIResourceFacts, subresource: string, rest: RESTStorage): RequestScope {
  const { machinery, admission, authorizer, clock, minRequestTimeout, allowUnsafeMalformedObjectDeletion } = options;
  const kind = kindOf(gv, facts, subresource);
  const namespaced = facts.scope === 'Namespaced';
  const name = formatGroupResource({ group: gv.group, resource: facts.resource });
  return {
    ...machinery,
    admission,
    authorizer,
    clock,
    minRequestTimeout,
    allowUnsafeMalformedObjectDeletion,
    resource: { ...gv, resource: facts.resource },
    subresource,
    kind,
    namespaced,
    knownField: selectableFields(name, namespaced).known,
    table: rest.table,
    fieldManager: newFieldManager({ scheme: machinery.scheme, kind, subresource, clock, conversionTo: (other) => conversionBetween({ ...gv, resource: facts.resource }, other) }),
  };
}

/** Facts leave a kind's group and version out where they are the resource's own. */
function kindOf(gv: GroupVersion, facts: APIResourceFacts, subresource: string): GroupVersionKind {
  const { group, version, kind } = (facts.subresources?.find((s) => s.subresource === subresource) ?? facts).responseKind;
  return version === '' ? { ...gv, kind } : { group, version, kind };
}
