/**
 * The operations of a group version: one for each path and method, in terms that OpenAPI 2 and 3 share.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/installer.go, which writes them onto its routes, and
 * pkg/endpoints/openapi/openapi.go, which names them.
 */
import type { APIGroupFacts, APIResourceFacts, APISubresourceFacts, APIVersionFacts } from '../../apimachinery/facts/facts.ts';
import type { GroupVersion, GroupVersionKind } from '../../apimachinery/types.ts';

import { apiPath } from '../api-path.ts';
import * as parameters from './parameters.ts';
import type { Parameter } from './parameters.ts';
import type { Method, Verb } from './verbs.ts';
import { answersDeleted, collectionVerbs, connectMethods, objectVerbs, watchListVerbs, watchVerbs } from './verbs.ts';

export interface Operation {
  path: string;
  method: Method;
  /** x-kubernetes-action; discovery itself has none. */
  action?: string;
  operationId: string;
  tag: string;
  gvk?: GroupVersionKind;
  parameters: Parameter[];
  body?: { kind: GroupVersionKind; required: boolean; consumes: string[] };
  /** What it answers with, by status: a kind, a schema by its name where that is no kind, or a plain `string`. */
  responses: Record<string, GroupVersionKind | string>;
  produces: string[];
}

const meta = (kind: string): GroupVersionKind => ({ group: '', version: 'v1', kind });
const objects = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streams = [...objects, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const anything = ['*/*'];
const patches = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'];

const title = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();

/** `rbac.authorization.k8s.io` is `rbacAuthorization` in tags and `RbacAuthorization` in ids. */
export function groupTag(group: string): string {
  if (group === '') return 'core';
  const [first = '', ...rest] = group.replace(/\.k8s\.io$/, '').split('.');
  return first + rest.map(title).join('');
}

const camel = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

export function operationsOf({ group }: APIGroupFacts, { version, resources }: APIVersionFacts): Operation[] {
  const gv = { group, version };
  const discovery: Operation = {
    path: `${apiPath(gv)}/`,
    method: 'get',
    operationId: `get${camel(groupTag(group))}${camel(version)}APIResources`,
    tag: `${groupTag(group)}_${version}`,
    parameters: [],
    responses: { 200: meta('APIResourceList') },
    produces: objects,
  };
  return [discovery, ...resources.flatMap((resource) => resourceOperations(gv, resource))];
}

function resourceOperations(gv: GroupVersion, facts: APIResourceFacts): Operation[] {
  const namespaced = facts.scope === 'Namespaced';
  const gvk = ownKind(gv, facts.responseKind);
  const name = namespaced ? `Namespaced${gvk.kind}` : gvk.kind;
  const below = namespaced ? `/namespaces/{namespace}/${facts.resource}` : `/${facts.resource}`;
  const make = (verbs: Record<string, Verb>, path: string, named: string, offered = facts.verbs) => verbOperations(gv, verbs, offered, path, named, gvk);
  const spread = namespaced ? `${gvk.kind}ForAllNamespaces` : undefined;
  const watched = facts.verbs.includes('watch') && facts.verbs.includes('list');
  return [
    ...(spread ? make({ list: collectionVerbs.list! }, `/${facts.resource}`, spread) : []),
    ...make(collectionVerbs, below, name),
    ...make(answersDeleted.has(facts.resource) ? { ...objectVerbs, delete: { ...objectVerbs.delete!, answer: 'object' } } : objectVerbs, `${below}/{name}`, name),
    ...(facts.subresources ?? []).flatMap((sub) => subresourceOperations(gv, sub, `${below}/{name}/${sub.subresource}`, name)),
    ...(watched && spread ? make(watchListVerbs, `/watch/${facts.resource}`, `${gvk.kind}ListForAllNamespaces`) : []),
    ...(watched ? [...make(watchListVerbs, `/watch${below}`, `${name}List`), ...make(watchVerbs, `/watch${below}/{name}`, name)] : []),
  ];
}

function verbOperations(gv: GroupVersion, verbs: Record<string, Verb>, offered: string[], path: string, name: string, gvk: GroupVersionKind): Operation[] {
  return Object.entries(verbs)
    .filter(([verb]) => offered.includes(verb))
    .map(([verb, each]) => {
      const collection = verb === 'deletecollection' ? 'Collection' : '';
      const answers = { object: gvk, list: { ...gvk, kind: `${gvk.kind}List` }, status: meta('Status'), watch: meta('WatchEvent') };
      return {
        ...head(gv, path, each.id, collection + name, [...each.parameters, ...parameters.pretty]),
        method: each.method,
        action: each.action,
        gvk,
        ...(each.body && { body: bodyOf(each.body, gvk) }),
        responses: Object.fromEntries(each.statuses.map((status) => [status, answers[each.answer]])),
        produces: each.answer === 'list' || each.answer === 'watch' ? streams : objects,
      };
    });
}

function bodyOf(body: 'object' | 'patch' | 'delete', gvk: GroupVersionKind): Operation['body'] {
  if (body === 'object') return { kind: gvk, required: true, consumes: anything };
  if (body === 'delete') return { kind: meta('DeleteOptions'), required: false, consumes: anything };
  return { kind: meta('Patch'), required: true, consumes: patches };
}

/** A connection's kind is its options; `create` of any other subresource posts an object to the parent. */
function subresourceOperations(gv: GroupVersion, sub: APISubresourceFacts, path: string, parent: string): Operation[] {
  const gvk = ownKind(gv, sub.responseKind);
  const name = parent + title(sub.subresource);
  const connect = parameters.connectParameters[gvk.kind];
  if (connect) return connectOperations(gv, sub, path, name, connect);
  const operations = verbOperations(gv, { ...objectVerbs, create: collectionVerbs.create! }, sub.verbs, path, name, gvk);
  if (sub.subresource !== 'log') return operations;
  return operations.map((each) => ({ ...each, parameters: [...each.parameters, ...parameters.logParameters], responses: { 200: 'string' }, produces: ['text/plain', ...objects] }));
}

function connectOperations(gv: GroupVersion, sub: APISubresourceFacts, path: string, name: string, options: Parameter[]): Operation[] {
  const gvk = ownKind(gv, sub.responseKind);
  const methods = sub.verbs.flatMap((verb) => connectMethods[verb] ?? []);
  const proxy = sub.subresource === 'proxy';
  if (proxy) methods.push('head', 'options');
  const paths = proxy ? [{ at: path, suffix: '' }, { at: `${path}/{path}`, suffix: 'WithPath' }] : [{ at: path, suffix: '' }];
  return paths.flatMap(({ at, suffix }) =>
    methods.map((method) => ({
      ...head(gv, at, 'connect', title(method) + name + suffix, options),
      method,
      action: 'connect',
      gvk,
      responses: { 200: 'string' },
      produces: anything,
    })),
  );
}

function head(gv: GroupVersion, path: string, verb: string, name: string, query: Parameter[]) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => parameters.inPath(match[1]!));
  return {
    path: apiPath(gv) + path,
    operationId: `${verb}${camel(groupTag(gv.group))}${camel(gv.version)}${name}`,
    tag: `${groupTag(gv.group)}_${gv.version}`,
    parameters: [...inPath, ...query],
  };
}

/** An empty group and version of a response kind are the resource's own; a kind of the legacy group names its version. */
function ownKind(gv: GroupVersion, kind: APIResourceFacts['responseKind']): GroupVersionKind {
  return kind.version === '' ? { ...gv, kind: kind.kind } : kind;
}
