/**
 * RBACSource is where RBAC finds roles and bindings; RBACIndex holds them in memory, bindings by their subjects, so that
 * a decision looks only at those that name the user or one of their groups.
 *
 * Upstream: the getters and listers of pkg/registry/rbac/validation/rule.go, which walk every binding.
 */
import type { UserInfo } from '../authentication/interfaces.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { aggregateRules } from './aggregation.ts';
import { userNameOf } from './rules.ts';
import type { Role, RoleBinding } from './rules.ts';

export interface RBACSource {
  clusterRoles: { get(name: string): Role | undefined };
  roles: { get(namespace: string, name: string): Role | undefined };
  /** The bindings that apply to the user: first by the user's name, then group by group; twice where they name two of them. */
  clusterRoleBindings(user: UserInfo): readonly RoleBinding[];
  roleBindings(namespace: string, user: UserInfo): readonly RoleBinding[];
}

const none: readonly RoleBinding[] = [];

/** The bindings of one namespace, or of the cluster. */
class BindingIndex {
  readonly #bindings = new Map<string, RoleBinding>();
  readonly #byUser = new Map<string, RoleBinding[]>();
  readonly #byGroup = new Map<string, RoleBinding[]>();

  get empty(): boolean {
    return this.#bindings.size === 0;
  }

  set(name: string, binding: RoleBinding | undefined): void {
    const old = this.#bindings.get(name);
    if (old) this.#eachPlace(old, (index, key) => remove(index, key, old));
    this.#bindings.delete(name);
    if (!binding) return;
    this.#bindings.set(name, binding);
    this.#eachPlace(binding, (index, key) => insert(index, key, binding));
  }

  /** Where a binding is to be found: a service account is the user of its name. */
  #eachPlace({ subjects, metadata: { namespace = '' } }: RoleBinding, fn: (index: Map<string, RoleBinding[]>, key: string) => void): void {
    const users = new Set<string>();
    const groups = new Set<string>();
    for (const subject of subjects ?? []) {
      if (subject.kind === 'Group') groups.add(subject.name);
      else {
        const name = userNameOf(subject, namespace);
        if (name !== undefined) users.add(name);
      }
    }
    for (const name of users) fn(this.#byUser, name);
    for (const name of groups) fn(this.#byGroup, name);
  }

  for({ name, groups }: UserInfo): readonly RoleBinding[] {
    const own = this.#byUser.get(name);
    const lists = own ? [own] : [];
    for (const group of new Set(groups)) {
      const more = this.#byGroup.get(group);
      if (more) lists.push(more);
    }
    return lists.length < 2 ? (lists[0] ?? none) : lists.flat();
  }
}

/** By name, so that of two bindings that allow the same always the same one is told of. */
function insert(index: Map<string, RoleBinding[]>, key: string, binding: RoleBinding): void {
  const list = index.get(key);
  if (!list) return void index.set(key, [binding]);
  const name = binding.metadata.name!;
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.metadata.name! < name) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, binding);
}

function remove(index: Map<string, RoleBinding[]>, key: string, binding: RoleBinding): void {
  const rest = index.get(key)?.filter((each) => each !== binding) ?? [];
  if (rest.length > 0) index.set(key, rest);
  else index.delete(key);
}

/** Follows the stored objects: `upsert` and `remove` are what a watch says. */
export class RBACIndex implements RBACSource {
  readonly #clusterRoles = new Map<string, Role>();
  readonly #aggregated = new Map<string, Role>();
  readonly #roles = new Map<string, Role>();
  readonly #bindings = new Map<string, BindingIndex>();

  readonly clusterRoles = { get: (name: string) => this.#clusterRole(name) };
  readonly roles = { get: (namespace: string, name: string) => this.#roles.get(`${namespace}/${name}`) };

  clusterRoleBindings(user: UserInfo): readonly RoleBinding[] {
    return this.#bindings.get('')?.for(user) ?? none;
  }

  roleBindings(namespace: string, user: UserInfo): readonly RoleBinding[] {
    return this.#bindings.get(namespace)?.for(user) ?? none;
  }

  /** Objects of other kinds are none of its business. */
  upsert(obj: KubeObject): void {
    this.#put(obj, obj);
  }

  remove(obj: KubeObject): void {
    this.#put(obj, undefined);
  }

  #put({ kind, metadata: { namespace = '', name = '' } }: KubeObject, obj: KubeObject | undefined): void {
    if (kind === 'ClusterRole') {
      this.#aggregated.clear();
      setOrDelete(this.#clusterRoles, name, obj);
    } else if (kind === 'Role') {
      setOrDelete(this.#roles, `${namespace}/${name}`, obj);
    } else if (kind === 'ClusterRoleBinding' || kind === 'RoleBinding') {
      const index = this.#bindings.get(namespace) ?? new BindingIndex();
      // the schema has been checked before the object was stored
      index.set(name, obj as RoleBinding | undefined);
      if (index.empty) this.#bindings.delete(namespace);
      else this.#bindings.set(namespace, index);
    }
  }

  /** An aggregated role has the rules that the controller will come to write, before it has done so. */
  #clusterRole(name: string): Role | undefined {
    const role = this.#clusterRoles.get(name);
    if (!role?.aggregationRule) return role;
    const known = this.#aggregated.get(name) ?? { ...role, rules: aggregateRules(role, [...this.#clusterRoles.values()]) };
    this.#aggregated.set(name, known);
    return known;
  }
}

function setOrDelete(map: Map<string, Role>, key: string, role: Role | undefined): void {
  if (role) map.set(key, role);
  else map.delete(key);
}

/** Roles and bindings that never change, such as those that a fresh server makes for itself. */
export function newStaticRBACSource(objects: Iterable<KubeObject>): RBACIndex {
  const index = new RBACIndex();
  for (const obj of objects) index.upsert(obj);
  return index;
}
