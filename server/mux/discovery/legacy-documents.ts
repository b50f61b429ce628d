/**
 * The discovery documents of one step each: a client asks for the groups, then for each version's resources.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/{legacy,root,group,version}.go and
 * k8s.io/kube-aggregator/pkg/apiserver/handler_apis.go. Documents of the legacy group carry no apiVersion, as in 1.1.
 */
import type { APIGroupFacts, APIResourceFacts, APIVersionFacts } from '../../apimachinery/facts/facts.ts';
import { formatGroupVersion } from '../../apimachinery/types.ts';
import { storageVersionHash } from './storage-version-hash.ts';

export interface APIResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
}

export function apiVersions(serverAddress: string) {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
}

function groupEntry({ group, versions }: APIGroupFacts) {
  const names = versions.map(({ version }) => ({ groupVersion: formatGroupVersion({ group, version }), version }));
  return { name: group, versions: names, preferredVersion: names[0] };
}

export function apiGroup(group: APIGroupFacts) {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

export function apiGroupList(groups: APIGroupFacts[]) {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.filter(({ group }) => group !== '').map(groupEntry) };
}

export async function apiResourceList(group: APIGroupFacts, { version, resources }: APIVersionFacts) {
  const lists = await Promise.all(resources.map((resource) => apiResources(group, resource)));
  const entries = lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = group.group === '' ? {} : { apiVersion: 'v1' };
  return { kind: 'APIResourceList', ...head, groupVersion: formatGroupVersion({ group: group.group, version }), resources: entries };
}

async function apiResources(group: APIGroupFacts, facts: APIResourceFacts): Promise<APIResource[]> {
  const { resource, singularResource, scope, responseKind, verbs, shortNames, categories, subresources = [] } = facts;
  const hash = await storageVersionHash(group, facts);
  const namespaced = scope === 'Namespaced';
  const entry = (name: string, singularName: string, kind: APIResourceFacts['responseKind']): Omit<APIResource, 'verbs'> => ({
    name,
    singularName,
    namespaced,
    ...(kind.group && { group: kind.group }),
    ...(kind.version && { version: kind.version }),
    kind: kind.kind,
  });
  return [
    {
      ...entry(resource, singularResource, responseKind),
      verbs,
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
      ...(hash && { storageVersionHash: hash }),
    },
    ...subresources.map((sub) => ({ ...entry(`${resource}/${sub.subresource}`, '', sub.responseKind), verbs: sub.verbs })),
  ];
}
