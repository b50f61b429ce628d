import { expect, test } from 'vitest';
import { struct, structs } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newAlwaysAllowAuthorizer } from '../authorization/builtin.ts';
import { apiserver } from './apiserver.ts';
import { defaultServerConfig } from './default-config.ts';
import type { ServerConfig } from './stage.ts';
import { serveStage } from './serve.test-util.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io/v1';
const api = `/apis/${GROUP}`;
const configMaps = '/api/v1/namespaces/default/configmaps';

async function started(more: Partial<ServerConfig> = {}) {
  const tokens = [{ token: 'admin', user: { name: 'admin', groups: ['system:masters'] } }, { token: 'alice', user: { name: 'alice', groups: [] } }];
  const stage = apiserver.build(defaultServerConfig({ tokens, authorization: [newAlwaysAllowAuthorizer()], ...more }));
  const url = await serveStage(stage);
  const send = (token: string, method: string, path: string, object?: object, signal?: AbortSignal) =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(object && { body: JSON.stringify(object) }), ...(signal && { signal }) });
  const write = async (method: string, path: string, object?: object): Promise<KubeObject> => {
    const response = await send('admin', method, path, object);
    expect(response.ok, await response.clone().text()).toBe(true);
    return await response.json() as KubeObject;
  };
  /** Which flow schema and priority level a request of alice's has been sorted into. */
  const flow = async () => {
    const { headers } = await send('alice', 'GET', configMaps);
    return [headers.get('x-kubernetes-pf-flowschema-uid'), headers.get('x-kubernetes-pf-prioritylevel-uid')];
  };
  const level = async (name: string) => {
    const text = await (await send('admin', 'GET', '/debug/api_priority_and_fairness/dump_priority_levels')).text();
    const [header = [], ...rows] = text.trimEnd().split('\n').map((row) => row.split(/, +/));
    const row = rows.find((each) => each[0] === name);
    return row && Object.fromEntries(header.map((column, i) => [column, row[i]]));
  };
  /** Whether the flow schema names a priority level that is not there; as soon as that is said, it holds. */
  const dangling = async () => structs(struct(await write('GET', `${api}/flowschemas/special`), 'status'), 'conditions')[0]?.status;
  return { send, write, flow, level, dangling };
}

const uid = ({ metadata }: KubeObject) => metadata.uid;
const limited = (queues: object | undefined) => ({
  apiVersion: GROUP, kind: 'PriorityLevelConfiguration', metadata: { name: 'special' },
  spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, limitResponse: queues ? { type: 'Queue', queuing: queues } : { type: 'Reject' } } },
});
const schema = {
  apiVersion: GROUP, kind: 'FlowSchema', metadata: { name: 'special' },
  spec: {
    priorityLevelConfiguration: { name: 'special' }, matchingPrecedence: 100, distinguisherMethod: { type: 'ByUser' },
    rules: [{ subjects: [{ kind: 'User', user: { name: 'alice' } }], resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }] }],
  },
};

test('goes by flow schemas and priority levels as they come and go', async () => {
  const { write, flow, level, dangling } = await started();
  const before = [uid(await write('GET', `${api}/flowschemas/global-default`)), uid(await write('GET', `${api}/prioritylevelconfigurations/global-default`))];
  expect(await flow()).toEqual(before);

  const made = await write('POST', `${api}/flowschemas`, schema);
  await expect.poll(() => dangling()).toBe('True');
  expect(await flow()).toEqual(before);

  const special = await write('POST', `${api}/prioritylevelconfigurations`, limited({ queues: 4, handSize: 2, queueLengthLimit: 10 }));
  await expect.poll(() => flow()).toEqual([uid(made), uid(special)]);
  await expect.poll(() => dangling()).toBe('False');
  expect(await level('special')).toMatchObject({ IsIdle: 'true', IsQuiescing: 'false' });

  await write('DELETE', `${api}/prioritylevelconfigurations/special`);
  await expect.poll(() => flow()).toEqual(before);
  expect(await level('special')).toBeUndefined();
});

test('a watch takes no seat once it has told what there is', async () => {
  const { send, level } = await started();
  const watch = await send('alice', 'GET', `${configMaps}?watch=1`);
  await expect.poll(() => level('global-default')).toMatchObject({ DispatchedRequests: '1', ExecutingRequests: '0' });
  await watch.body?.cancel();
});

test('refuses with 429 what finds no place in a queue, but not who may do anything', async () => {
  const { send, write, level, dangling } = await started();
  const none = { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 1 } } };
  await write('POST', `${api}/prioritylevelconfigurations`, { ...limited(undefined), spec: { type: 'Limited', limited: none } });
  await write('POST', `${api}/flowschemas`, schema);
  await expect.poll(() => dangling()).toBe('False');
  const gone = new AbortController();
  const waiting = send('alice', 'GET', configMaps, undefined, gone.signal);
  await expect.poll(() => level('special')).toMatchObject({ WaitingRequests: '1' });
  const refused = await send('alice', 'GET', configMaps);
  expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([429, '1', 'Too many requests, please try again later.\n']);
  expect((await send('admin', 'GET', configMaps)).status).toBe(200);
  gone.abort();
  await expect(waiting).rejects.toThrow();
  await expect.poll(() => level('special')).toMatchObject({ WaitingRequests: '0', RejectedRequests: '2', CancelledRequests: '1' });
});

test('without priority and fairness requests belong to no flow, and are counted', async () => {
  const { send, flow } = await started({ enablePriorityAndFairness: false });
  expect(await flow()).toEqual([null, null]);
  expect((await send('admin', 'GET', '/debug/api_priority_and_fairness/dump_queues')).status).toBe(404);
  const ready = await (await send('admin', 'GET', '/readyz?verbose')).text();
  expect(ready).toContain('[+]poststarthook/max-in-flight-filter ok');
  expect(ready).not.toContain('priority-and-fairness-config-consumer');
});
