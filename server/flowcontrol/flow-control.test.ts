import { expect, test } from 'vitest';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { KubeObject } from '../apimachinery/types.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import { FlowControlIndex } from './flow-control.ts';

const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });
const withUID = (obj: KubeObject): KubeObject => ({ ...obj, metadata: { ...obj.metadata, uid: `${obj.metadata.name}-uid` } });

function newIndex(...more: KubeObject[]): FlowControlIndex {
  const index = new FlowControlIndex();
  for (const obj of [...(bootstrap.flowschemas ?? []), ...(bootstrap.prioritylevelconfigurations ?? []), ...more]) index.upsert(withUID(obj));
  return index;
}

const AUTHENTICATED = 'system:authenticated';
const classified = (index: FlowControlIndex, name: string, groups: string[], request: string) => {
  const [method = '', path = ''] = request.split(' ');
  return index.classify(resolver.resolve(method, path), { name, groups });
};

test.each([
  ['admin', ['system:masters', AUTHENTICATED], 'GET /api/v1/pods', 'exempt', 'exempt'],
  ['alice', [AUTHENTICATED], 'GET /api/v1/pods', 'global-default', 'global-default'],
  ['alice', [AUTHENTICATED], 'GET /version', 'global-default', 'global-default'],
  ['alice', [AUTHENTICATED], 'GET /healthz', 'probes', 'exempt'],
  ['alice', [AUTHENTICATED], 'GET /livez/etcd', 'probes', 'exempt'],
  ['alice', [AUTHENTICATED], 'GET /livezz', 'global-default', 'global-default'],
  ['alice', [AUTHENTICATED], 'POST /healthz', 'global-default', 'global-default'],
  ['system:anonymous', ['system:unauthenticated'], 'GET /version', 'global-default', 'global-default'],
  ['system:serviceaccount:ns:sa', ['system:serviceaccounts', AUTHENTICATED], 'GET /api/v1/pods', 'service-accounts', 'workload-low'],
  ['system:serviceaccount:kube-system:sa', ['system:serviceaccounts', AUTHENTICATED], 'GET /api/v1/pods', 'kube-system-service-accounts', 'workload-high'],
  ['system:serviceaccount:kube-system:sa', [AUTHENTICATED], 'PUT /apis/coordination.k8s.io/v1/namespaces/x/leases/l', 'system-leader-election', 'leader-election'],
  ['system:serviceaccount:kube-system:sa', [AUTHENTICATED], 'DELETE /apis/coordination.k8s.io/v1/namespaces/x/leases/l', 'kube-system-service-accounts', 'workload-high'],
  ['system:node:n', ['system:nodes', AUTHENTICATED], 'PATCH /api/v1/nodes/n/status', 'system-node-high', 'node-high'],
  ['system:node:n', ['system:nodes', AUTHENTICATED], 'GET /api/v1/pods', 'system-nodes', 'system'],
  ['nobody', [], 'GET /api/v1/pods', 'catch-all', 'catch-all'],
])('%s (%j): %s belongs to %s, %s', (name, groups, request, schema, level) => {
  expect(classified(newIndex(), name, groups, request)).toMatchObject({ flowSchemaUID: `${schema}-uid`, priorityLevelUID: `${level}-uid` });
});

const flowSchema = (name: string, matchingPrecedence: number, priorityLevel: string, namespaces?: string[]): KubeObject => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'FlowSchema',
  metadata: { name },
  spec: {
    priorityLevelConfiguration: { name: priorityLevel },
    matchingPrecedence,
    rules: [{ subjects: [{ kind: 'User', user: { name: 'alice' } }], resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], ...(namespaces ? { namespaces } : { clusterScope: true }) }] }],
  },
});

test.each<[string, KubeObject[], string, string]>([
  ['the lower precedence', [flowSchema('b', 50, 'system'), flowSchema('a', 60, 'exempt')], '/api/v1/pods', 'b'],
  ['the first name of equals', [flowSchema('b', 50, 'system'), flowSchema('a', 50, 'exempt')], '/api/v1/pods', 'a'],
  ['one whose priority level is there', [flowSchema('a', 50, 'nowhere'), flowSchema('b', 60, 'system')], '/api/v1/pods', 'b'],
  ['one of its namespace', [flowSchema('a', 50, 'system', ['x']), flowSchema('b', 60, 'system', ['y'])], '/api/v1/namespaces/y/pods', 'b'],
  ['one of all namespaces', [flowSchema('a', 50, 'system', ['*'])], '/api/v1/namespaces/y/pods', 'a'],
  ['none of a namespace for the whole cluster', [flowSchema('a', 50, 'system', ['*'])], '/api/v1/pods', 'global-default'],
])('takes %s', (_what, schemas, path, expected) => {
  expect(classified(newIndex(...schemas), 'alice', [AUTHENTICATED], `GET ${path}`)?.flowSchemaUID).toBe(`${expected}-uid`);
});

test('knows nothing before it is told, and forgets what is removed', () => {
  const index = new FlowControlIndex();
  expect(classified(index, 'alice', [AUTHENTICATED], 'GET /api/v1/pods')).toBeUndefined();
  const full = newIndex(flowSchema('a', 50, 'system'));
  full.remove(withUID(flowSchema('a', 50, 'system')));
  expect(classified(full, 'alice', [AUTHENTICATED], 'GET /api/v1/pods')?.flowSchemaUID).toBe('global-default-uid');
});
