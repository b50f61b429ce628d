/** RBAC, and its index through any sequence of changes, against the oracle that the requests of e2e/authorization are judged by. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Oracle } from '../../e2e/authorization/oracle.ts';
import type { BindingObject, RoleObject, Rule, Who } from '../../e2e/authorization/oracle.ts';
import type { RequestContext } from '../http/context.ts';
import type { Attributes, AuthorizerResult } from './interfaces.ts';
import { newRBACAuthorizer } from './rbac.ts';
import { RBACIndex } from './rbac-source.ts';
import { rulesAllow } from './rules.ts';

const some = <T>(values: readonly T[], constraints: fc.ArrayConstraints = { maxLength: 4 }) => fc.array(fc.constantFrom(...values), constraints);
const verbs = ['get', 'list', 'watch', 'delete'];
const groups = ['', 'apps'];
const resources = ['pods', 'deployments'];
const subresources = ['', 'log', 'scale'];
const names = ['', 'one', 'two'];
const namespaces = ['n', 'm'];
const roleNames = ['r', 's'];
const labels = { part: ['x', 'y'] };

const resourceRule = fc.record({ verbs: some([...verbs, '*'], { minLength: 1 }), apiGroups: some([...groups, '*'], { minLength: 1 }), resources: some([...resources, 'pods/log', 'deployments/scale', '*/scale', '*/log', 'pods/*', '*']), resourceNames: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, some(['one', 'two', '*'])) });
const pathRule = fc.record({ verbs: some([...verbs, '*'], { minLength: 1 }), nonResourceURLs: some(['/a', '/a/', '/a/*', '/a*', '*', '/*', '/b**', '']) });
const rules: fc.Arbitrary<Rule[]> = fc.array(fc.oneof(resourceRule, pathRule), { minLength: 1, maxLength: 4 });

const subject: fc.Arbitrary<NonNullable<BindingObject['subjects']>[number]> = fc.oneof(
  fc.record({ kind: fc.constant('User'), name: fc.constantFrom('alice', 'alice', 'alice', 'bob', 'dev', 'system:serviceaccount:n:sa', 'system:serviceaccount::sa') }),
  fc.record({ kind: fc.constant('Group'), name: fc.constantFrom('dev', 'ops', 'alice') }),
  fc.record({ kind: fc.constant('ServiceAccount'), name: fc.constant('sa') }),
  fc.record({ kind: fc.constant('ServiceAccount'), name: fc.constantFrom('sa', 'n:sa'), namespace: fc.constantFrom('n', 'm') }),
  fc.record({ kind: fc.constant('Robot'), name: fc.constant('alice') }),
);

const labelled = (name: string) => fc.option(fc.constantFrom(...labels.part), { nil: undefined }).map((part) => ({ name, ...(part && { labels: { part } }) }));
const selecting = fc.constantFrom(...labels.part).map((part) => ({ clusterRoleSelectors: [{ matchLabels: { part } }] }));
const clusterRole = fc.constantFrom(...roleNames).chain((name) => fc.oneof(fc.record({ metadata: labelled(name), rules }), fc.record({ metadata: labelled(name), rules: fc.constant(null), aggregationRule: selecting })));
const role = fc.record({ metadata: fc.record({ name: fc.constantFrom(...roleNames), namespace: fc.constantFrom(...namespaces) }), rules });
const roleRef = (...kinds: string[]) => fc.record({ kind: fc.constantFrom(...kinds), name: fc.constantFrom(...roleNames, ...roleNames, 'gone') });
const subjects = fc.array(subject, { minLength: 1, maxLength: 4 });
const clusterRoleBinding = fc.record({ metadata: fc.record({ name: fc.constantFrom('1', '2', '3') }), subjects, roleRef: roleRef('ClusterRole', 'Role') });
const roleBinding = fc.record({ metadata: fc.record({ name: fc.constantFrom('1', '2', '3'), namespace: fc.constantFrom(...namespaces) }), subjects, roleRef: roleRef('ClusterRole', 'Role') });

const apiVersion = 'rbac.authorization.k8s.io/v1';
const change = fc.record({
  removed: fc.nat(5).map((n) => n === 0),
  object: fc.oneof(
    { weight: 3, arbitrary: clusterRole.map((object) => ({ ...object, kind: 'ClusterRole', apiVersion })) },
    { weight: 2, arbitrary: role.map((object) => ({ ...object, kind: 'Role', apiVersion })) },
    { weight: 3, arbitrary: clusterRoleBinding.map((object) => ({ ...object, kind: 'ClusterRoleBinding', apiVersion })) },
    { weight: 3, arbitrary: roleBinding.map((object) => ({ ...object, kind: 'RoleBinding', apiVersion })) },
  ),
});

const who: fc.Arbitrary<Who & { groups: string[] }> = fc.record({
  name: fc.constantFrom('alice', 'alice', 'bob', 'system:serviceaccount:n:sa', 'system:serviceaccount:m:sa', 'system:serviceaccount::sa', 'system:serviceaccount:n:n:sa', ''),
  groups: some(['dev', 'ops', 'alice', 'system:authenticated']),
});
const asked = fc.record({ verb: fc.constantFrom(...verbs, ''), group: fc.constantFrom(...groups), resource: fc.constantFrom(...resources, ''), subresource: fc.constantFrom(...subresources), namespace: fc.constantFrom('', ...namespaces), name: fc.constantFrom(...names) });
const askedPath = fc.record({ verb: fc.constantFrom(...verbs), path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/b', '') });

/** What is there at the end, as a server would show it. */
function stored(changes: readonly { removed: boolean; object: { kind: string; metadata: { name: string; namespace?: string } } }[]): Oracle {
  const objects = new Map<string, object & { kind: string }>();
  for (const { removed, object } of changes) {
    const key = [object.kind, object.metadata.namespace, object.metadata.name].join('/');
    if (removed) objects.delete(key);
    else objects.set(key, object);
  }
  const of = <T>(kind: string) => [...objects.values()].filter((object) => object.kind === kind) as T[];
  return new Oracle({ clusterRoles: of<RoleObject>('ClusterRole'), roles: of<RoleObject>('Role'), clusterRoleBindings: of<BindingObject>('ClusterRoleBinding'), roleBindings: of<BindingObject>('RoleBinding') });
}

const about = (user: Who & { groups: string[] }, rest: Partial<Attributes>): Attributes => ({ user, verb: '', isResourceRequest: true, path: '', namespace: '', apiGroup: '', apiVersion: 'v1', resource: '', subresource: '', name: '', ...rest });

test('allows what the oracle allows, and nothing else', () => {
  let [allowed, denied] = [0, 0];
  fc.assert(
    fc.property(fc.array(change, { minLength: 15, maxLength: 40 }), fc.array(fc.tuple(who, asked, askedPath), { minLength: 1, maxLength: 12 }), (changes, questions) => {
      const index = new RBACIndex();
      const rbac = newRBACAuthorizer(index);
      const decide = (attributes: Attributes) => (rbac.authorize({} as RequestContext, attributes) as AuthorizerResult).decision === 'allow';
      for (const [n, { removed, object }] of changes.entries()) {
        if (removed) index.remove(object);
        else index.upsert(object);
        // what is remembered on the way must not be what is answered later
        const [user, { group: apiGroup, ...rest }] = questions[n % questions.length]!;
        decide(about(user, { ...rest, apiGroup }));
      }
      const oracle = stored(changes);
      for (const [user, { group: apiGroup, ...rest }, { verb, path }] of questions) {
        const attributes = about(user, { ...rest, apiGroup });
        const may = oracle.mayDo(user, { group: apiGroup, ...rest });
        expect(decide(attributes)).toBe(may);
        expect(rulesAllow(rbac.rulesFor(user, rest.namespace).resourceRules, attributes)).toBe(may);
        const ofPath = about(user, { isResourceRequest: false, verb, path });
        const reaches = oracle.mayReach(user, { verb, path });
        expect(decide(ofPath)).toBe(reaches);
        expect(rulesAllow(rbac.rulesFor(user, '').nonResourceRules, ofPath)).toBe(reaches);
        allowed += Number(may) + Number(reaches);
        denied += Number(!may) + Number(!reaches);
      }
    }),
    { numRuns: 800, seed: 4 },
  );
  expect(Math.min(allowed, denied)).toBeGreaterThan(500);
});
