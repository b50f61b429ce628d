/**
 * What RBAC would say, from the roles and bindings that a server shows, by RBAC's documented rules and nothing of the
 * server's own code: https://kubernetes.io/docs/reference/access-authn-authz/rbac/.
 */
export interface Who {
  name: string;
  /** With those that come with being known, or not. */
  groups: readonly string[];
}

export interface Asked {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
}

export interface AskedPath {
  verb: string;
  path: string;
}

export interface Rule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface RoleObject {
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  rules?: Rule[] | null;
  aggregationRule?: { clusterRoleSelectors?: { matchLabels?: Record<string, string> }[] };
}

export interface BindingObject {
  metadata: { name: string; namespace?: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
  roleRef: { kind: string; name: string };
}

export interface Policy {
  roles: RoleObject[];
  clusterRoles: RoleObject[];
  roleBindings: BindingObject[];
  clusterRoleBindings: BindingObject[];
}

export class Oracle {
  readonly #policy: Policy;
  readonly #rules = new Map<string, Rule[]>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  mayDo(who: Who, asked: Asked): boolean {
    return this.#may(who, asked.namespace, (rule) => {
      const { verbs, apiGroups = [], resources = [], resourceNames = [] } = rule;
      const full = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`;
      const named = ['*', full, ...(asked.subresource === '' ? [] : [`*/${asked.subresource}`])];
      return oneOf(verbs, '*', asked.verb) && oneOf(apiGroups, '*', asked.group) && oneOf(resources, ...named) && (resourceNames.length === 0 || oneOf(resourceNames, asked.name));
    });
  }

  mayReach(who: Who, { verb, path }: AskedPath): boolean {
    const matches = (url: string) => url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
    return this.#may(who, '', ({ verbs, nonResourceURLs = [] }) => oneOf(verbs, '*', verb) && nonResourceURLs.some(matches));
  }

  #may(who: Who, namespace: string, allows: (rule: Rule) => boolean): boolean {
    return who.groups.includes('system:masters') || this.#rulesOf(who, namespace).some(allows);
  }

  #rulesOf(who: Who, namespace: string): Rule[] {
    const key = JSON.stringify([who, namespace]);
    const known = this.#rules.get(key);
    if (known) return known;
    const { clusterRoleBindings, roleBindings } = this.#policy;
    const bindings = [...clusterRoleBindings, ...roleBindings.filter(({ metadata }) => namespace !== '' && metadata.namespace === namespace)];
    const rules = bindings.filter((binding) => isBound(who, binding)).flatMap(({ roleRef, metadata }) => this.#roleRules(roleRef, metadata.namespace ?? ''));
    this.#rules.set(key, rules);
    return rules;
  }

  #roleRules({ kind, name }: BindingObject['roleRef'], namespace: string): Rule[] {
    const { roles, clusterRoles } = this.#policy;
    const role = kind === 'Role' ? roles.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) : clusterRoles.find(({ metadata }) => metadata.name === name);
    return role ? this.#gathered(role, []) : [];
  }

  /** Of an aggregated role, those of all that it selects. */
  #gathered(role: RoleObject, within: readonly RoleObject[]): Rule[] {
    if (!role.aggregationRule) return role.rules ?? [];
    const selects = ({ metadata: { labels = {} } }: RoleObject) =>
      (role.aggregationRule?.clusterRoleSelectors ?? []).some(({ matchLabels = {} }) => Object.entries(matchLabels).every(([key, value]) => labels[key] === value));
    const path = [...within, role];
    return this.#policy.clusterRoles.filter((other) => !path.includes(other) && selects(other)).flatMap((other) => this.#gathered(other, path));
  }
}

function isBound({ name, groups }: Who, { subjects = [], metadata }: BindingObject): boolean {
  return subjects.some((subject) => {
    const home = subject.namespace ?? metadata.namespace;
    if (subject.kind === 'ServiceAccount') return home !== undefined && name === `system:serviceaccount:${home}:${subject.name}`;
    return subject.kind === 'Group' ? groups.includes(subject.name) : subject.kind === 'User' && name === subject.name;
  });
}

function oneOf(values: readonly string[], ...wanted: string[]): boolean {
  return values.some((value) => wanted.includes(value));
}
