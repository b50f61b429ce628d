/** Who asks, and what they are let do: every way in which RBAC can give somebody something, and some who have nothing. */
import type { BindingObject, RoleObject, Rule, Who } from './oracle.ts';

export interface Person extends Who {
  /** `anonymous` has none, `robot` is given one by the server. */
  token: string;
  /** Headers of each request. */
  headers: readonly (readonly [name: string, value: string])[];
  /** In whose name the request is, where that is somebody else. */
  as?: Who;
  /** May do nothing, whoever they say that they are. */
  refused?: true;
}

export type Name = keyof typeof names;

const known = 'system:authenticated';
const group = 'rbac.authorization.k8s.io';

/** What they are called, and the groups that their token says. */
const names = {
  root: ['system:masters'],
  boss: [],
  viewer: [],
  editor: [],
  owner: [],
  auditor: [],
  named: [],
  parts: [],
  everything: [],
  reader: [],
  member: ['dev', 'ops'],
  paths: [],
  scaler: [],
  nobody: [],
  'system:node:x': ['system:nodes'],
  actor: [],
} satisfies Record<string, string[]>;

export const robot = 'system:serviceaccount:a:robot';
/** Of a group that nobody is bound by, but for those who are not known. */
const anonymous: Who = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

const tokenOf = (name: string) => `token-of-${name}`;

/** `--token-auth-file` */
export const tokenFile = Object.entries(names).map(([name, groups]) => `${tokenOf(name)},${name},${name}${groups.length > 0 ? `,"${groups.join(',')}"` : ''}\n`).join('');

function whoIs(name: Name): Who {
  return { name, groups: [...names[name], known] };
}

/** All of them, by what they are called in tests. */
export function people(robotToken: string): Record<string, Person> {
  const own = (name: Name): Person => ({ ...whoIs(name), token: tokenOf(name), headers: [] });
  return {
    ...Object.fromEntries(Object.keys(names).map((name) => [name, own(name as Name)])),
    robot: { name: robot, groups: ['system:serviceaccounts', 'system:serviceaccounts:a', known], token: robotToken, headers: [] },
    anonymous: { ...anonymous, token: '', headers: [] },
    'actor as viewer': { ...own('actor'), headers: [['Impersonate-User', 'viewer']], as: { name: 'viewer', groups: [known] } },
    'actor as one of dev': { ...own('actor'), headers: [['impersonate-user', 'viewer'], ['IMPERSONATE-GROUP', 'dev']], as: { name: 'viewer', groups: ['dev', known] } },
    'actor as boss': { ...own('actor'), headers: [['Impersonate-User', 'boss']], refused: true },
    'nobody as root': { ...own('nobody'), headers: [['Impersonate-User', 'root'], ['Impersonate-Group', 'system:masters']], refused: true },
    'nobody behind a proxy that is none': { ...own('nobody'), headers: [['X-Remote-User', 'root'], ['X-Remote-Group', 'system:masters'], ['X-Forwarded-User', 'root']] },
    'anonymous behind a proxy that is none': { ...anonymous, token: '', headers: [['X-Remote-User', 'root'], ['x-remote-group', 'system:masters']] },
  };
}

const any = ['*'];
const reading = ['get', 'list', 'watch'];

export const clusterRoles: RoleObject[] = [
  role('parts', { apiGroups: any, resources: ['pods/log', 'pods/exec', '*/scale', 'deployments/status', 'nodes/proxy'], verbs: any }),
  role('everything', { apiGroups: any, resources: any, verbs: ['get', 'delete'] }),
  role('reader', { apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments', 'nodes'], verbs: reading }),
  role('paths', { nonResourceURLs: ['/metrics', '/api/*', '/healthz*'], verbs: any }),
  role('for-strangers', { apiGroups: [''], resources: ['services'], verbs: ['list'] }),
  role('actor', { apiGroups: [''], resources: ['users'], resourceNames: ['viewer'], verbs: ['impersonate'] }, { apiGroups: [''], resources: ['groups'], resourceNames: ['dev'], verbs: ['impersonate'] }),
];

export const roles: RoleObject[] = [
  inNamespace('a', role('named', { apiGroups: any, resources: ['configmaps', 'secrets', 'pods', 'pods/log', 'deployments', 'deployments/scale'], resourceNames: ['one'], verbs: any })),
  inNamespace('a', role('dev', { apiGroups: ['apps'], resources: any, verbs: any })),
  inNamespace('b', role('robot', { apiGroups: [''], resources: ['secrets', 'serviceaccounts/token'], verbs: ['get', 'list', 'create'] })),
  inNamespace('a', role('scaler', { apiGroups: ['apps', 'autoscaling'], resources: ['*/scale', 'horizontalpodautoscalers'], verbs: ['get', 'update', 'patch', 'deletecollection'] })),
];

export const clusterRoleBindings: BindingObject[] = [
  bind('boss', 'cluster-admin', user('boss')),
  bind('auditor', 'view', user('auditor')),
  bind('parts', 'parts', user('parts')),
  bind('everything', 'everything', user('everything')),
  bind('reader', 'reader', user('reader')),
  bind('paths', 'paths', user('paths')),
  bind('actor', 'actor', user('actor')),
  bind('gone', 'no-such-role', user('member')),
];

export const roleBindings: BindingObject[] = [
  inNamespace('a', bind('viewer', 'view', user('viewer'))),
  inNamespace('a', bind('editor', 'edit', user('editor'))),
  inNamespace('b', bind('owner', 'admin', user('owner'))),
  inNamespace('a', bind('named', 'named', user('named'), 'Role')),
  inNamespace('a', bind('dev', 'dev', ofGroup('dev'), 'Role')),
  inNamespace('b', bind('robot', 'robot', { kind: 'ServiceAccount', name: 'robot', namespace: 'a' }, 'Role')),
  inNamespace('a', bind('robots', 'reader', ofGroup('system:serviceaccounts:a'))),
  inNamespace('a', bind('scaler', 'scaler', user('scaler'), 'Role')),
  inNamespace('a', bind('strangers', 'for-strangers', ofGroup('system:unauthenticated'))),
];

function role(name: string, ...rules: Rule[]): RoleObject {
  return { metadata: { name }, rules };
}

type Subject = NonNullable<BindingObject['subjects']>[number] & { apiGroup?: string };

function user(name: Name): Subject {
  return { apiGroup: group, kind: 'User', name };
}

function ofGroup(name: string): Subject {
  return { apiGroup: group, kind: 'Group', name };
}

function bind(name: string, roleName: string, subject: Subject, kind = 'ClusterRole'): BindingObject {
  return { metadata: { name }, subjects: [subject], roleRef: { kind, name: roleName } };
}

function inNamespace<T extends { metadata: object }>(namespace: string, object: T): T {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
