/**
 * RBACAuthorizer allows what a rule allows of a role that is bound to the user; nothing in it can deny.
 *
 * Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go and DefaultRuleResolver of pkg/registry/rbac/validation/rule.go.
 */
import { quote } from '../apimachinery/quote.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import { newAggregate } from '../http/aggregate.ts';
import { newNotFound } from '../http/status.ts';
import type { Authorizer, RuleResolver } from './interfaces.ts';
import type { RBACSource } from './rbac-source.ts';
import { rulesAllow, userNameOf } from './rules.ts';
import type { Role, RoleBinding } from './rules.ts';

const group = 'rbac.authorization.k8s.io';

export function newRBACAuthorizer(source: RBACSource): Authorizer & RuleResolver {
  return {
    authorize(_ctx, attributes) {
      const { user, namespace } = attributes;
      const unresolved: RoleBinding[] = [];
      for (const bindings of bindingsOf(source, user, namespace)) {
        for (const binding of bindings) {
          const role = roleOf(source, binding);
          if (!role) unresolved.push(binding);
          else if (rulesAllow(role.rules, attributes)) return { decision: 'allow', reason: `RBAC: allowed by ${describe(binding, user)}` };
        }
      }
      return { decision: 'noOpinion', reason: unresolved.length > 0 ? `RBAC: ${whyUnresolved(unresolved)}` : '' };
    },

    rulesFor(user, namespace) {
      const bindings = [...new Set(bindingsOf(source, user, namespace).flat())].sort(clusterFirstThenByName);
      const unresolved = bindings.filter((binding) => !roleOf(source, binding));
      const all = bindings.flatMap((binding) => roleOf(source, binding)?.rules ?? []);
      return {
        resourceRules: all.filter((rule) => rule.resources?.length).map(({ verbs, apiGroups = [], resources = [], resourceNames = [] }) => ({ verbs, apiGroups, resources, resourceNames })),
        nonResourceRules: all.filter((rule) => rule.nonResourceURLs?.length).map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs })),
        incomplete: false,
        evaluationError: unresolved.length > 0 ? whyUnresolved(unresolved) : '',
      };
    },
  };
}

/** Those of the cluster, then those of the namespace. */
function bindingsOf(source: RBACSource, user: UserInfo, namespace: string): (readonly RoleBinding[])[] {
  const ofCluster = source.clusterRoleBindings(user);
  return namespace === '' ? [ofCluster] : [ofCluster, source.roleBindings(namespace, user)];
}

function clusterFirstThenByName({ metadata: a }: RoleBinding, { metadata: b }: RoleBinding): number {
  if (!a.namespace !== !b.namespace) return a.namespace ? 1 : -1;
  return a.name! < b.name! ? -1 : 1;
}

function roleOf(source: RBACSource, { roleRef: { kind, name }, metadata: { namespace = '' } }: RoleBinding): Role | undefined {
  if (kind === 'ClusterRole') return source.clusterRoles.get(name);
  return kind === 'Role' ? source.roles.get(namespace, name) : undefined;
}

function whyUnresolved(bindings: readonly RoleBinding[]): string {
  const errors = bindings.map(({ roleRef: { kind, name } }) => {
    const known = kind === 'Role' || kind === 'ClusterRole';
    return known ? newNotFound({ group, resource: kind.toLowerCase() }, name) : new Error(`unsupported role reference kind: ${quote(kind)}`);
  });
  return newAggregate(errors).message;
}

/** Of the binding's subjects the first one that is the user is told of. */
function describe({ metadata: { name = '', namespace = '' }, roleRef, subjects = [] }: RoleBinding, user: UserInfo): string {
  const { kind, ...subject } = subjects.find((each) => (each.kind === 'Group' ? user.groups.includes(each.name) : userNameOf(each, namespace) === user.name))!;
  const who = kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || namespace}` : subject.name;
  const binding = namespace ? `RoleBinding ${quote(`${name}/${namespace}`)}` : `ClusterRoleBinding ${quote(name)}`;
  return `${binding} of ${roleRef.kind} ${quote(roleRef.name)} to ${kind} ${quote(who)}`;
}
