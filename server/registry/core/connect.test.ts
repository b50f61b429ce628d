import type { Request, Response } from 'express';
import { beforeAll, expect, test } from 'vitest';
import { newTestRegistry, pod, requestFor } from '../registry.test-util.ts';

const registry = newTestRegistry();

beforeAll(async () => {
  const two = { containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'y' }] };
  await registry.create('pods', pod('waiting', two));
  await registry.create('pods', pod('lost', { nodeName: 'gone' }));
  await registry.create('pods', pod('placed', { nodeName: 'n1' }));
  await registry.create('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { addresses: [{ type: 'InternalIP', address: '10.1.2.3' }] } });
  await registry.create('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'bare' } });
});

interface Answer {
  status?: number;
  location?: string | undefined;
}

async function connect(resource: string, subresource: string, name: string, { query = '', path = '/', connection = '', method = 'GET' } = {}): Promise<Answer> {
  const connecter = registry.rest('v1', resource, subresource).connect;
  const answer: Answer = {};
  const res = { status: (status: number) => ((answer.status = status), res), setHeader: (_name: string, value: string) => (answer.location = value), end: () => res };
  const req = { method, headers: { connection }, url: `/?${query}` };
  const ctx = requestFor({ namespace: 'ns', resource, subresource, name, verb: 'get' });
  await connecter.connect(ctx, name, connecter.options(new URLSearchParams(query), path), req as unknown as Request, res as unknown as Response);
  return answer;
}

const upgrade = { connection: 'Upgrade' };

test.each([
  ['pods', 'log', 'waiting', {}, 'a container name must be specified for pod waiting, choose one of: [a b]'],
  ['pods', 'log', 'waiting', { query: 'container=none' }, 'container none is not valid for pod waiting'],
  ['pods', 'log', 'waiting', { query: 'container=a&tailLines=-1' }, 'PodLogOptions "waiting" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
  ['pods', 'log', 'waiting', { query: 'container=a&tailLines=x' }, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['pods', 'log', 'waiting', { query: 'container=a&sinceTime=now' }, 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'],
  ['pods', 'log', 'waiting', { query: 'sinceTime=2026-01-01T00:00:00Z&sinceSeconds=1' }, 'PodLogOptions "waiting" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'],
  ['pods', 'log', 'placed', { query: 'sinceTime=2026-01-01T01:00:00%2B01:00' }, 'Get "https://10.1.2.3:10250/containerLogs/ns/placed/app?sinceTime=2026-01-01T00%3A00%3A00Z&stream=All": dial'],
  ['pods', 'portforward', 'placed', { query: 'ports=80,x' }, 'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax'],
  ['pods', 'portforward', 'placed', { query: 'ports=80&ports=65536' }, 'cannot convert to []int32: strconv.ParseUint: parsing "65536": value out of range'],
  ['nodes', 'proxy', 'n1', { path: '', method: 'POST' }, 'error trying to reach service: dial tcp 10.1.2.3:10250: connect: network is unreachable'],
  ['pods', 'log', 'lost', {}, 'pods "gone" not found'],
  ['pods', 'log', 'placed', {}, 'Get "https://10.1.2.3:10250/containerLogs/ns/placed/app?stream=All": dial tcp 10.1.2.3:10250: connect: network is unreachable'],
  ['pods', 'exec', 'waiting', { query: 'container=a' }, 'pod waiting does not have a host assigned'],
  ['pods', 'exec', 'placed', {}, 'Upgrade request required'],
  ['pods', 'exec', 'placed', upgrade, 'error dialing backend: dial tcp 10.1.2.3:10250: connect: network is unreachable'],
  ['pods', 'attach', 'waiting', { query: 'container=none' }, 'container none is not valid for pod waiting'],
  ['pods', 'portforward', 'waiting', {}, 'pod waiting does not have a host assigned'],
  ['pods', 'exec', 'none', {}, 'pods "none" not found'],
  ['pods', 'proxy', 'a:b:c:d', {}, 'invalid pod request "a:b:c:d"'],
  ['pods', 'proxy', 'placed', {}, 'address not allowed'],
  ['nodes', 'proxy', 'n1', {}, 'error trying to reach service: dial tcp 10.1.2.3:10250: connect: network is unreachable'],
  ['nodes', 'proxy', 'bare', {}, 'no preferred addresses found; known addresses: []'],
  ['services', 'proxy', 'none:80', {}, 'services "none" not found'],
  ['services', 'proxy', 'none', {}, 'services "none" not found'],
])('%s/%s of %s with %j: %s', async (resource, subresource, name, request, message) => {
  await expect(connect(resource, subresource, name, request)).rejects.toThrow(message);
});

test('there is no log yet of a Pod without a node', async () => {
  expect(await connect('pods', 'log', 'waiting', { query: 'container=a' })).toEqual({ status: 204 });
});

test('a proxy without a path leads to its directory', async () => {
  expect(await connect('nodes', 'proxy', 'n1', { path: '' })).toEqual({ status: 301, location: '//?' });
});

test('who may only read cannot run commands', async () => {
  const readOnly = newTestRegistry({
    etcd: registry.etcd,
    policy: {
      authorizer: { authorize: (_ctx, { verb }) => ({ decision: verb === 'create' ? 'noOpinion' : 'allow', reason: 'reads alone' }) },
      rules: { rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false, evaluationError: '' }) },
    },
  });
  const exec = readOnly.rest('v1', 'pods', 'exec').connect;
  const ctx = requestFor({ namespace: 'ns', resource: 'pods', subresource: 'exec', name: 'placed', verb: 'get' });
  const asked = exec.connect(ctx, 'placed', exec.options(new URLSearchParams(), ''), { headers: {} } as Request, {} as Response);
  await expect(asked).rejects.toMatchObject({ message: 'pods "placed" is forbidden: reads alone', status: { code: 403 } });
});
