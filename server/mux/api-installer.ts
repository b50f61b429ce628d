/**
 * Installs the routes of one group version: for each resource those of the verbs that its storage can do.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/installer.go (APIInstaller.registerResourceHandlers). Leaves out the
 * per-route documentation; OpenAPI documents are made from the same facts.
 */
import type { APIResourceFacts, APIVersionFacts } from '../apimachinery/facts/facts.ts';
import type { GroupVersion } from '../apimachinery/types.ts';
import { addAuditAnnotation } from '../audit/context.ts';
import { answeringErrors } from '../endpoints/answer-errors.ts';
import { connectResource } from '../endpoints/connect.ts';
import { createResource } from '../endpoints/create.ts';
import { deleteCollection, deleteResource } from '../endpoints/delete.ts';
import { getResource } from '../endpoints/get.ts';
import { listResource } from '../endpoints/list.ts';
import { patchResource } from '../endpoints/patch.ts';
import { patchTypes } from '../endpoints/patch-mechanism.ts';
import type { RequestScope } from '../endpoints/scope.ts';
import { updateResource } from '../endpoints/update.ts';
import { warningMessage } from '../http/deprecation.ts';
import type { Connecter, RESTStorage } from '../registry/rest.ts';
import { apiPath } from './api-path.ts';
import { WebService } from './web-service.ts';
import type { RouteFunction } from './web-service.ts';

const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAM_TYPES = ['application/json', 'application/vnd.kubernetes.protobuf'].map((type) => `${type};stream=watch`);

/** What stands behind a resource or a subresource (`deployments`, `deployments/scale`); undefined leaves it out. */
export interface Installed {
  rest: RESTStorage;
  scope: RequestScope;
}
export type FindStorage = (resource: APIResourceFacts, subresource: string) => Installed | undefined;

export function installAPIGroupVersion(gv: GroupVersion, { resources }: APIVersionFacts, find: FindStorage): WebService {
  const service = new WebService(apiPath(gv));
  for (const resource of resources) {
    const main = find(resource, '');
    if (main) installResource(service, resource, main);
    for (const { subresource } of resource.subresources ?? []) {
      const found = find(resource, subresource);
      if (found) installSubresource(service, resource, subresource, found);
    }
  }
  return service;
}

/** A method of HTTP, the verb that it stands for, and what does it. */
type Action = [method: string, verb: string, to: RouteFunction];

function installResource(service: WebService, { resource, scope }: APIResourceFacts, { rest, scope: requestScope }: Installed): void {
  const namespaced = scope === 'Namespaced';
  const collection = namespaced ? `/namespaces/{namespace}/${resource}` : `/${resource}`;
  const id = `${namespaced ? 'Namespaced' : ''}${requestScope.kind.kind}`;
  const list = listResource(rest, requestScope, false);
  const watch = listResource(rest, requestScope, true);
  const lists: Action[] = rest.list ? [['GET', 'list', list]] : [];
  const watches: Action[] = rest.watch ? [['GET', 'watch', watch]] : [];
  const onCollection: Action[] = [
    ...lists,
    ...when(rest.create, (create): Action => ['POST', 'create', createResource({ create: create.bind(rest) }, requestScope)]),
    ...when(rest.deleteCollection, (all): Action => ['DELETE', 'deletecollection', deleteCollection({ deleteCollection: all.bind(rest) }, requestScope)]),
  ];
  add(service, collection, id, requestScope, onCollection);
  add(service, `${collection}/{name}`, id, requestScope, itemActions(rest, requestScope));
  add(service, `/watch${collection}`, id, requestScope, watches);
  add(service, `/watch${collection}/{name}`, id, requestScope, watches);
  if (namespaced) {
    add(service, `/${resource}`, `${requestScope.kind.kind}ForAllNamespaces`, requestScope, lists);
    add(service, `/watch/${resource}`, `${requestScope.kind.kind}ForAllNamespaces`, requestScope, watches);
  }
}

function installSubresource(service: WebService, { resource, scope }: APIResourceFacts, subresource: string, { rest, scope: requestScope }: Installed): void {
  const collection = scope === 'Namespaced' ? `/namespaces/{namespace}/${resource}` : `/${resource}`;
  const path = `${collection}/{name}/${subresource}`;
  const { preservesSystemFields, acceptedVersions } = rest;
  const create = when(rest.create, (create): Action => ['POST', 'create', createResource({ create: create.bind(rest), preservesSystemFields, acceptedVersions }, requestScope)]);
  const id = `${requestScope.kind.kind}${subresource[0]!.toUpperCase()}${subresource.slice(1)}`;
  add(service, path, id, requestScope, [...itemActions(rest, requestScope), ...create]);
  if (rest.connect) addConnect(service, path, id, requestScope, rest.connect);
}

/** What the connecter answers is its own: of any type, unless it says which. */
function addConnect(service: WebService, path: string, id: string, scope: RequestScope, connecter: Connecter): void {
  const { verb } = connecter;
  const produces = connecter.produces ? { produces: [...connecter.produces, ...OBJECT_TYPES] } : {};
  const to = instrumented(path, verb, scope, answeringErrors(warning(connectResource(connecter, scope), scope), scope));
  for (const method of connecter.methods) {
    service.route({ method, path, verb, operation: `${verb}${method}${id}`, ...produces, to });
    if (connecter.tail) service.route({ method, path: `${path}/{path:*}`, verb, operation: `${verb}${method}${id}WithPath`, ...produces, to });
  }
}

/** What can be done to one object. */
function itemActions(rest: RESTStorage, scope: RequestScope): Action[] {
  return [
    ...when(rest.get, (get): Action => ['GET', 'get', getResource({ get: get.bind(rest) }, scope)]),
    ...when(rest.update, (update): Action => ['PUT', 'update', updateResource({ update: update.bind(rest) }, scope)]),
    ...when(rest.get && rest.update, (update): Action => ['PATCH', 'patch', patchResource({ update: update.bind(rest) }, scope)]),
    ...when(rest.delete, (del): Action => ['DELETE', 'delete', deleteResource({ delete: del.bind(rest) }, scope)]),
  ];
}

function add(service: WebService, path: string, id: string, scope: RequestScope, actions: Action[]): void {
  for (const [method, verb, to] of actions) {
    const consumes = verb === 'patch' ? { consumes: patchTypes } : {};
    const produces = verb === 'list' || verb === 'watch' ? [...OBJECT_TYPES, ...STREAM_TYPES] : OBJECT_TYPES;
    service.route({ method, path, verb, operation: `${verb}${id}`, produces, ...consumes, to: instrumented(path, verb, scope, answeringErrors(warning(to, scope), scope)) });
  }
}

/** Counts the route's requests. */
function instrumented(path: string, verb: string, { metrics, resource, subresource, kind, clock }: RequestScope, to: RouteFunction): RouteFunction {
  const scope = path.includes('/{name}') || verb === 'create' ? 'resource' : path.includes('/{namespace}') ? 'namespace' : 'cluster';
  return metrics.requests.instrumentRoute({ ...resource, subresource, scope, verb, deprecated: warningMessage(kind) !== undefined }, clock, to);
}

/** Tells clients of deprecated kinds, and the audit log, whatever their request comes to. */
function warning(to: RouteFunction, { kind }: RequestScope): RouteFunction {
  const message = warningMessage(kind);
  if (message === undefined) return to;
  return function warnOfDeprecation(req, res, params) {
    req.ctx.warnings.add(message);
    // of those that are served none has a release that it goes with
    addAuditAnnotation(req.ctx, 'k8s.io/deprecated', 'true');
    return to(req, res, params);
  };
}

function when<T>(method: T | undefined, action: (method: T) => Action): Action[] {
  return method ? [action(method)] : [];
}
