/**
 * Which resources a server has, and of which kinds they are.
 *
 * Upstream: k8s.io/client-go/discovery (ServerPreferredResources) and restmapper. Leaves out servers without aggregated
 * discovery.
 */
import { isFields, strings, struct, structs, text } from '../apimachinery/access.ts';
import type { APIResource, RESTClient } from './rest-client.ts';

export interface DiscoveredResource extends APIResource {
  kind: string;
  namespaced: boolean;
  verbs: readonly string[];
}

const ACCEPT = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };

/** Each resource in the version that the server likes best. */
export async function serverPreferredResources(client: RESTClient): Promise<DiscoveredResource[]> {
  const lists = await Promise.all(['/api', '/apis'].map((path) => client.do('GET', path, undefined, ACCEPT)));
  const found = new Map<string, DiscoveredResource>();
  for (const groupDiscovery of lists.filter(isFields).flatMap((list) => structs(list, 'items'))) {
    const group = text(struct(groupDiscovery, 'metadata'), 'name');
    for (const versionDiscovery of structs(groupDiscovery, 'versions')) {
      for (const each of structs(versionDiscovery, 'resources')) {
        const resource = text(each, 'resource');
        const key = `${group}/${resource}`;
        if (!found.has(key)) found.set(key, { group, version: text(versionDiscovery, 'version'), resource, kind: text(struct(each, 'responseKind'), 'kind'), namespaced: text(each, 'scope') === 'Namespaced', verbs: strings(each, 'verbs') });
      }
    }
  }
  return [...found.values()];
}
