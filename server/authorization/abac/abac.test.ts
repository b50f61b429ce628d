import { expect, test } from 'vitest';
import type { UserInfo } from '../../authentication/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import type { Attributes } from '../interfaces.ts';
import { newABACAuthorizer } from './abac.ts';
import { parsePolicyFile } from './policy-file.ts';

const ctx = {} as RequestContext;
const alice: UserInfo = { name: 'alice', groups: ['dev', 'system:authenticated'] };
const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
const pods = (a: Partial<Attributes> = {}): Attributes => ({ user: alice, verb: 'get', isResourceRequest: true, path: '', namespace: 'ns', apiGroup: '', apiVersion: 'v1', resource: 'pods', subresource: '', name: '', ...a });
const path = (path: string, a: Partial<Attributes> = {}) => pods({ isResourceRequest: false, path, namespace: '', resource: '', ...a });
const v1beta1 = (spec: object) => JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec });
const anyPod = { namespace: '*', resource: 'pods', apiGroup: '*' };

test.each<[what: string, line: string, attributes: Attributes, allowed: boolean]>([
  ['the user', v1beta1({ user: 'alice', ...anyPod }), pods(), true],
  ['another user', v1beta1({ user: 'bob', ...anyPod }), pods(), false],
  ['the group', v1beta1({ group: 'dev', ...anyPod }), pods(), true],
  ['the user and another group', v1beta1({ user: 'alice', group: 'ops', ...anyPod }), pods(), false],
  ['all users, of whom nobody is anonymous', v1beta1({ user: '*', ...anyPod }), pods({ user: anonymous }), false],
  ['all users', v1beta1({ user: '*', ...anyPod }), pods(), true],
  ['nobody', v1beta1(anyPod), pods(), false],
  ['the namespace', v1beta1({ user: 'alice', ...anyPod, namespace: 'ns' }), pods(), true],
  ['another namespace', v1beta1({ user: 'alice', ...anyPod, namespace: 'other' }), pods(), false],
  ['no group, which is the core one', v1beta1({ user: 'alice', namespace: '*', resource: '*' }), pods(), true],
  ['no group, asked for another', v1beta1({ user: 'alice', namespace: '*', resource: '*' }), pods({ apiGroup: 'apps' }), false],
  ['another resource', v1beta1({ user: 'alice', ...anyPod }), pods({ resource: 'secrets' }), false],
  ['a subresource by its resource', v1beta1({ user: 'alice', ...anyPod }), pods({ subresource: 'exec' }), true],
  ['a write by a policy to read', v1beta1({ user: 'alice', ...anyPod, readonly: true }), pods({ verb: 'create' }), false],
  ['a watch by a policy to read', v1beta1({ user: 'alice', ...anyPod, readonly: true }), pods({ verb: 'watch' }), true],
  ['a path', v1beta1({ user: 'alice', nonResourcePath: '/version' }), path('/version'), true],
  ['a path below', v1beta1({ user: 'alice', nonResourcePath: '/apis/*' }), path('/apis/apps'), true],
  ['another path', v1beta1({ user: 'alice', nonResourcePath: '/apis/*' }), path('/api'), false],
  ['a path by a policy for resources', v1beta1({ user: 'alice', namespace: '*', resource: '*', apiGroup: '*' }), path('/version'), false],
  ['anything, in the older form', '{}', pods({ apiGroup: 'apps' }), true],
  ['any path, in the older form', '{"user":"alice"}', path('/x'), true],
  ['a resource of any group, in the older form', '{"user":"alice","resource":"pods"}', pods({ apiGroup: 'metrics.k8s.io' }), true],
  ['a path by an older policy for a resource', '{"user":"alice","resource":"pods"}', path('/x'), false],
  ['who is not authenticated, in the older form', '{}', pods({ user: anonymous }), false],
])('a policy matches %s', (_what, line, attributes, allowed) => {
  const authorizer = newABACAuthorizer(parsePolicyFile(`# a comment\n\n${line}\n`, 'policy.jsonl'));
  expect(authorizer.authorize(ctx, attributes)).toEqual(allowed ? { decision: 'allow', reason: '' } : { decision: 'noOpinion', reason: 'No policy matched.' });
});

test('says which rules a user has', () => {
  const authorizer = newABACAuthorizer(parsePolicyFile([v1beta1({ user: 'alice', ...anyPod, readonly: true, nonResourcePath: '/x' }), v1beta1({ user: 'alice', ...anyPod, namespace: 'other' }), v1beta1({ user: 'bob', ...anyPod })].join('\n'), 'f'));
  const verbs = ['get', 'list', 'watch'];
  expect(authorizer.rulesFor(alice, 'ns')).toEqual({
    resourceRules: [{ verbs, apiGroups: ['*'], resources: ['pods'], resourceNames: [] }],
    nonResourceRules: [{ verbs, nonResourceURLs: ['/x'] }],
    incomplete: false,
    evaluationError: '',
  });
});

test.each([
  ['{"user":', 'line 2: {"user":: couldn\'t get version/kind; json parse error: unexpected end of JSON input'],
  ['{user: alice}', "line 2: {user: alice}: couldn't get version/kind; json parse error: invalid character 'u' looking for beginning of object key string"],
  ['{"user":1}', 'line 2: {"user":1}: json: cannot unmarshal number into Go struct field Policy.user of type string'],
  ['{"apiVersion":"v1","kind":"Pod"}', 'line 2: {"apiVersion":"v1","kind":"Pod"}: no kind "Pod" is registered for version "v1" in scheme "pkg/apis/abac/register.go:33"'],
  ['{"apiVersion":"abac.authorization.kubernetes.io/v1beta1"}', 'line 2: {"apiVersion":"abac.authorization.kubernetes.io/v1beta1"}: converting (v1beta1.Policy) to (v0.Policy): unknown conversion'],
  [v1beta1({ readonly: 'yes' }), `line 2: ${v1beta1({ readonly: 'yes' })}: json: cannot unmarshal string into Go struct field PolicySpec.spec.readonly of type bool`],
])('refuses the line %s', (line, message) => {
  expect(() => parsePolicyFile(`{}\n${line}`, 'policy.jsonl')).toThrow(new Error(`error reading policy file policy.jsonl, ${message}`));
});

test('refuses a line that is too long', () => {
  expect(() => parsePolicyFile(`{}\n${' '.repeat(70_000)}`, 'f')).toThrow('error reading policy file f: bufio.Scanner: token too long');
});
