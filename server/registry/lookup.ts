/** Finds a built-in resource in the facts, for the server's own use of its registry. */
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import type { RESTProvider } from './builtin.ts';
import type { RESTStorage } from './rest.ts';

type Stored = Required<Pick<RESTStorage, 'get' | 'list' | 'watch' | 'create'>>;

/** The storage of a resource such as `namespaces` or `roles` of a group; throws where there is none. */
export function lookup(rest: RESTProvider, group: string, resource: string): Stored {
  for (const { get, list, watch, create } of storages(rest, group, resource, '')) {
    if (get && list && watch && create) return { get, list, watch, create };
  }
  throw new Error(`no storage for ${resource}.${group}`);
}

export function lookupSubresource(rest: RESTProvider, group: string, resource: string, subresource: string): RESTStorage {
  for (const found of storages(rest, group, resource, subresource)) return found;
  throw new Error(`no storage for ${resource}.${group}/${subresource}`);
}

/** In the group's order of versions. */
function* storages(rest: RESTProvider, group: string, resource: string, subresource: string): Generator<RESTStorage> {
  for (const { version, resources } of discovery.find((g) => g.group === group)?.versions ?? []) {
    const facts = resources.find((r) => r.resource === resource);
    const found = facts && rest({ group, version }, facts, subresource);
    if (found) yield found;
  }
}
