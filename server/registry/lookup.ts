/** Finds a built-in resource in the facts, for the server's own use of its registry. */
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import type { RESTProvider } from './builtin.ts';
import type { RESTStorage } from './rest.ts';

/** The storage of a resource such as `namespaces` or `roles` of a group; throws where there is none. */
export function lookup(rest: RESTProvider, group: string, resource: string): Required<Pick<RESTStorage, 'get' | 'list' | 'watch' | 'create'>> {
  for (const { version, resources } of discovery.find((g) => g.group === group)?.versions ?? []) {
    const facts = resources.find((r) => r.resource === resource);
    const found = facts && rest({ group, version }, facts, '');
    const { get, list, watch, create } = found ?? {};
    if (get && list && watch && create) return { get, list, watch, create };
  }
  throw new Error(`no storage for ${resource}.${group}`);
}
