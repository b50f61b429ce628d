/**
 * RBACSource is where RBAC finds roles and bindings; RBACIndex holds them in memory, bindings by their subjects, so that
 * a decision looks only at those that name the user or one of their groups.
 *
 * Upstream: the getters and listers of pkg/registry/rbac/validation/rule.go, which walk every binding.
 */
import type { UserInfo } from '../authentication/interfaces.ts';
import { makeUsername } from '../authentication/service-account.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { aggregateRules } from './aggregation.ts';
import type { Role, RoleBinding, Subject } from './rules.ts';

export interface RBACSource {
  clusterRoles: { get(name: string): Role | undefined };
  roles: { get(namespace: string, name: string): Role | undefined };
  /** At least those bindings that apply to the user, in the order in which they are asked. */
  clusterRoleBindings(user: UserInfo): readonly RoleBinding[];
  roleBindings(namespace: string, user: UserInfo): readonly RoleBinding[];
}

const byName = (a: RoleBinding, b: RoleBinding) => (a.metadata.name! < b.metadata.name! ? -1 : a.metadata.name! > b.metadata.name! ? 1 : 0);

/** `User:alice`; a service account is the user of its name. */
function subjectKey({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  return kind === 'ServiceAccount' ? `User:${makeUsername(namespace || bindingNamespace, name)}` : `${kind}:${name}`;
}

/** The bindings of one namespace, or of the cluster. */
class BindingIndex {
  readonly #bindings = new Map<string, RoleBinding>();
  readonly #bySubject = new Map<string, RoleBinding[]>();

  set(name: string, binding: RoleBinding | undefined): void {
    const old = this.#bindings.get(name);
    if (old) this.#eachKey(old, (key) => this.#bySubject.set(key, (this.#bySubject.get(key) ?? []).filter((b) => b !== old)));
    this.#bindings.delete(name);
    if (!binding) return;
    this.#bindings.set(name, binding);
    this.#eachKey(binding, (key) => this.#bySubject.set(key, [...(this.#bySubject.get(key) ?? []), binding].sort(byName)));
  }

  #eachKey({ subjects = [], metadata }: RoleBinding, fn: (key: string) => void): void {
    for (const key of new Set(subjects.map((subject) => subjectKey(subject, metadata.namespace ?? '')))) fn(key);
  }

  for(user: UserInfo): readonly RoleBinding[] {
    const lists = [`User:${user.name}`, ...user.groups.map((group) => `Group:${group}`)].map((key) => this.#bySubject.get(key) ?? []).filter((list) => list.length > 0);
    return lists.length < 2 ? (lists[0] ?? []) : [...new Set(lists.flat())].sort(byName);
  }
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
    return this.#bindings.get('')?.for(user) ?? [];
  }

  roleBindings(namespace: string, user: UserInfo): readonly RoleBinding[] {
    return this.#bindings.get(namespace)?.for(user) ?? [];
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
      this.#bindings.set(namespace, index);
      // the schema has been checked before the object was stored
      index.set(name, obj as RoleBinding | undefined);
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
export function newStaticRBACSource(objects: Iterable<KubeObject>): RBACSource {
  const index = new RBACIndex();
  for (const obj of objects) index.upsert(obj);
  return index;
}
