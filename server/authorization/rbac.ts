/**
 * RBACAuthorizer allows what a rule allows of a role that is bound to the user; nothing in it can deny.
 *
 * Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go and DefaultRuleResolver of pkg/registry/rbac/validation/rule.go.
 */
import { quote } from '../apimachinery/quote.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import { makeUsername } from '../authentication/service-account.ts';
import { newAggregate } from '../http/aggregate.ts';
import { newNotFound } from '../http/status.ts';
import type { Authorizer, RuleResolver } from './interfaces.ts';
import type { RBACSource } from './rbac-source.ts';
import { ruleAllows } from './rules.ts';
import type { PolicyRule, Role, RoleBinding, Subject } from './rules.ts';

const group = 'rbac.authorization.k8s.io';

export function newRBACAuthorizer(source: RBACSource): Authorizer & RuleResolver {
  return {
    authorize(_ctx, attributes) {
      const errors: unknown[] = [];
      for (const { rules, binding, subject } of grants(source, attributes.user, attributes.namespace, errors)) {
        if (rules.some((rule) => ruleAllows(rule, attributes))) return { decision: 'allow', reason: `RBAC: allowed by ${describe(binding, subject)}` };
      }
      return { decision: 'noOpinion', reason: errors.length > 0 ? `RBAC: ${newAggregate(errors).message}` : '' };
    },

    rulesFor(user, namespace) {
      const errors: unknown[] = [];
      const all = [...grants(source, user, namespace, errors)].flatMap(({ rules }) => rules);
      return {
        resourceRules: all.filter((rule) => rule.resources?.length).map(({ verbs, apiGroups = [], resources = [], resourceNames = [] }) => ({ verbs, apiGroups, resources, resourceNames })),
        nonResourceRules: all.filter((rule) => rule.nonResourceURLs?.length).map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs })),
        incomplete: false,
        evaluationError: errors.length > 0 ? newAggregate(errors).message : '',
      };
    },
  };
}

interface Grant {
  rules: readonly PolicyRule[];
  binding: RoleBinding;
  /** The first of the binding's subjects that is the user. */
  subject: Subject;
}

/** Every binding that applies to the user with its role's rules (upstream's VisitRulesFor), the cluster's first. */
function* grants(source: RBACSource, user: UserInfo, namespace: string, errors: unknown[]): Generator<Grant> {
  yield* resolve(source, source.clusterRoleBindings(user), user, '', errors);
  if (namespace !== '') yield* resolve(source, source.roleBindings(namespace, user), user, namespace, errors);
}

function* resolve(source: RBACSource, bindings: readonly RoleBinding[], user: UserInfo, namespace: string, errors: unknown[]): Generator<Grant> {
  for (const binding of bindings) {
    const subject = binding.subjects?.find((s) => appliesToUser(user, s, namespace));
    if (!subject) continue;
    try {
      yield { rules: roleOf(source, binding, namespace).rules ?? [], binding, subject };
    } catch (err) {
      errors.push(err);
    }
  }
}

function roleOf(source: RBACSource, { roleRef: { kind, name } }: RoleBinding, namespace: string): Role {
  if (kind !== 'Role' && kind !== 'ClusterRole') throw new Error(`unsupported role reference kind: ${quote(kind)}`);
  const role = kind === 'Role' ? source.roles.get(namespace, name) : source.clusterRoles.get(name);
  if (!role) throw newNotFound({ group, resource: kind.toLowerCase() }, name);
  return role;
}

function appliesToUser(user: UserInfo, subject: Subject, namespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return user.name === subject.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const home = subject.namespace || namespace;
      return home !== '' && user.name === makeUsername(home, subject.name);
    }
    default:
      return false;
  }
}

function describe({ metadata: { name = '', namespace }, roleRef }: RoleBinding, subject: Subject): string {
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || (namespace ?? '')}` : subject.name;
  const binding = namespace ? `RoleBinding ${quote(`${name}/${namespace}`)}` : `ClusterRoleBinding ${quote(name)}`;
  return `${binding} of ${roleRef.kind} ${quote(roleRef.name)} to ${subject.kind} ${quote(who)}`;
}
