/**
 * The routes of the first stage once more, for each row of a table: what a resource's storage can do, the path offers.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/installer.go (APIInstaller.registerResourceHandlers), whose table nobody
 * writes by hand; the mux stage takes its place.
 */
import express from 'express';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import type { GroupVersion } from '../apimachinery/types.ts';
import { createResource } from '../endpoints/create.ts';
import { deleteResource } from '../endpoints/delete.ts';
import { getResource } from '../endpoints/get.ts';
import { listResource } from '../endpoints/list.ts';
import type { Filter } from '../filters/filter.ts';
import { apiPath } from '../mux/api-path.ts';
import { newScope } from '../mux/control-plane.ts';
import { notFound } from '../mux/delegation.ts';
import type { ScopeOptions } from '../mux/control-plane.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { traced } from '../observe/traced.ts';
import type { RESTProvider } from '../registry/builtin.ts';

/** Group, version, and a resource or one of its subresources: `['', 'v1', 'serviceaccounts/token']`. */
export type Row = readonly [group: string, version: string, resource: string];

/** ConfigMaps, who programs are and what their tokens can be bound to, and questions about identity. */
export const IDENTITIES: readonly Row[] = [
  ['', 'v1', 'configmaps'],
  ['', 'v1', 'serviceaccounts'],
  ['', 'v1', 'serviceaccounts/token'],
  ['', 'v1', 'pods'],
  ['', 'v1', 'secrets'],
  ['authentication.k8s.io', 'v1', 'selfsubjectreviews'],
  ['authentication.k8s.io', 'v1', 'tokenreviews'],
];

/** Roles, bindings, and questions about rights. */
export const PERMISSIONS: readonly Row[] = [
  ['rbac.authorization.k8s.io', 'v1', 'roles'],
  ['rbac.authorization.k8s.io', 'v1', 'rolebindings'],
  ['rbac.authorization.k8s.io', 'v1', 'clusterroles'],
  ['rbac.authorization.k8s.io', 'v1', 'clusterrolebindings'],
  ['authorization.k8s.io', 'v1', 'subjectaccessreviews'],
  ['authorization.k8s.io', 'v1', 'localsubjectaccessreviews'],
  ['authorization.k8s.io', 'v1', 'selfsubjectaccessreviews'],
  ['authorization.k8s.io', 'v1', 'selfsubjectrulesreviews'],
];

/** By what requests wait for their turn. */
export const FLOWS: readonly Row[] = ['flowschemas', 'prioritylevelconfigurations'].map((name) => ['flowcontrol.apiserver.k8s.io', 'v1', name]);

export function newResourceHandler(rows: readonly Row[], provider: RESTProvider, options: ScopeOptions): Filter {
  const router = express.Router();
  for (const [group, version, name] of rows) install(router, { group, version }, name);
  router.use(notFound);
  return traced((req, res, next) => void router(req, res, next), { fn: 'newResourceHandler', file: 'server/stages/resource-handler.ts' }, 'resourceHandler');

  function install(router: express.Router, gv: GroupVersion, name: string): void {
    const [resource = '', subresource = ''] = name.split('/');
    const facts = factsOf(gv, resource);
    const rest = provider(gv, facts, subresource);
    if (!rest) throw new Error(`nothing serves ${name}`);
    const scope = newScope(options, gv, facts, subresource, rest);
    const everywhere = `${apiPath(gv)}/${resource}`;
    const all = facts.scope === 'Namespaced' ? `${apiPath(gv)}/namespaces/:namespace/${resource}` : everywhere;
    const one = `${all}/:name`;
    const { get, list, create, delete: remove, preservesSystemFields } = rest;
    if (create) router.post(subresource === '' ? all : `${one}/${subresource}`, route(createResource({ create, preservesSystemFields }, scope)));
    if (list) router.get(all === everywhere ? all : [all, everywhere], route(listResource(rest, scope, false)));
    if (get) router.get(one, route(getResource({ get }, scope)));
    if (remove) router.delete(one, route(deleteResource({ delete: remove }, scope)));
  }
}

/** The handlers find names and namespaces in the request info, not among a route's parameters. */
const route = (to: RouteFunction) => (req: express.Request, res: express.Response) => to(req, res, {});

function factsOf({ group, version }: GroupVersion, resource: string): APIResourceFacts {
  const versions = discovery.find((each) => each.group === group)?.versions;
  const facts = versions?.find((each) => each.version === version)?.resources.find((each) => each.resource === resource);
  if (!facts) throw new Error(`there is no ${resource} in ${group}/${version}`);
  return facts;
}
