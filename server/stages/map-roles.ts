/**
 * Roles and bindings in Maps: those of a fresh server are there, RBAC goes by what is there at the moment, and who
 * writes one is measured by the rules that they hold. What the server itself acts upon has to be what it claims to be:
 * here alone the first stages look into an object.
 *
 * Upstream: the informers behind plugin/pkg/auth/authorizer/rbac, and pkg/registry/rbac/rest (PolicyData).
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { Scheme } from '../apimachinery/scheme.ts';
import { newObjectDecoder } from '../apimachinery/serializer/object-decoder.ts';
import { GoTypes } from '../apimachinery/serializer/typed/go-types.ts';
import { parseGroupVersion } from '../apimachinery/types.ts';
import type { GroupResource, KubeObject } from '../apimachinery/types.ts';
import type { RBACIndex } from '../authorization/rbac-source.ts';
import { newBadRequest } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookup } from '../registry/lookup.ts';
import { newPolicyBasedBinding, newPolicyBasedRole } from '../registry/rbac/policy-based.ts';
import type { Policy } from '../registry/rbac/policy-based.ts';
import type { RESTStorage } from '../registry/rest.ts';
import type { ObjectMap } from './object-map.ts';

const GROUP = 'rbac.authorization.k8s.io';

export interface MapRolesOptions {
  index: RBACIndex;
  policy: Policy;
  scheme: Scheme;
}

export function withRoles({ index, policy, scheme }: MapRolesOptions) {
  const { roles = [], rolebindings = [], clusterroles = [], clusterrolebindings = [] } = bootstrap;
  const first: Record<string, readonly KubeObject[]> = { roles, rolebindings, clusterroles, clusterrolebindings };
  const decode = newTypedDecoder(scheme);

  return function withRoles(resource: GroupResource, rest: RESTStorage, objects: ObjectMap, provider: RESTProvider): RESTStorage {
    if (resource.group !== GROUP) return rest;
    objects.onChange(({ type, object }) => (type === 'DELETED' ? index.remove(object) : index.upsert(object)));
    for (const object of first[resource.resource] ?? []) objects.create(object.metadata.namespace ?? '', object);
    const { create } = rest;
    const typed: RESTStorage = { ...rest, ...(create && { create: (ctx, object, ...options) => create(ctx, decode(object), ...options) }) };
    if (!resource.resource.endsWith('bindings')) return newPolicyBasedRole(typed, { resource }, policy);
    const stored = (name: string) => ({ ...lookup(provider, GROUP, name), resource: { group: GROUP, resource: name } });
    return newPolicyBasedBinding(typed, { resource }, policy, stored('roles'), stored('clusterroles'));
  };
}

/** Makes of what was sent the object that it says it is, as far as that can be. */
function newTypedDecoder(scheme: Scheme): (object: KubeObject) => KubeObject {
  const decoder = newObjectDecoder(new GoTypes(scheme));
  return function decode(object) {
    const { group, version } = parseGroupVersion(object.apiVersion) ?? { group: '', version: '' };
    try {
      return decoder.convert(object, { group, version, kind: object.kind }).object;
    } catch (err) {
      throw newBadRequest(`${object.kind} in version "${version}" cannot be handled as a ${object.kind}: ${err instanceof Error ? err.message : String(err)}`);
    }
  };
}
