/** What is written down of requests: by kubectl and over the wire, to a file and to a webhook, and what of it survives. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { servingCertificate } from '../../server/node/certificates.ts';
import { request } from '../bad-input/request.ts';
import type { Headers } from '../bad-input/request.ts';
import { runCommandLine, startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';

interface Event {
  auditID: string;
  stage: string;
  level: string;
  verb: string;
  requestURI: string;
  objectRef?: { resource?: string; name?: string };
  responseStatus?: { code?: number; message?: string };
  requestObject?: { metadata?: { name?: string } };
  responseObject?: { kind?: string };
  annotations?: Record<string, string>;
}

const dir = mkdtempSync(join(tmpdir(), 'audit-'));
const closing: (() => unknown)[] = [];
afterAll(() => {
  for (const close of closing) close();
  rmSync(dir, { recursive: true, force: true });
});

let files = 0;
function file(content: string): string {
  const path = join(dir, `file-${files++}`);
  writeFileSync(path, content);
  return path;
}

const policyFile = (rules: object[], more: object = {}) => file(stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...more, rules }));

function newLog() {
  const path = join(dir, `audit-${files++}.log`);
  return { path, text: () => readFileSync(path, 'utf8'), events: () => readFileSync(path, 'utf8').trimEnd().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Event) };
}

type Answer = (res: ServerResponse) => void;
const ok: Answer = (res) => void res.end();

/** A real webhook; what it has answered 2xx to, it has taken. */
async function newReceiver() {
  const { cert, key, ca } = await servingCertificate(join(dir, 'receiver'), ['127.0.0.1']);
  const receiver = { answer: ok, posts: 0, events: [] as Event[], bodies: [] as string[], kubeconfig: '' };
  const server = createServer({ cert, key }, (req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      receiver.posts++;
      receiver.bodies.push(body);
      res.on('finish', () => {
        if (res.statusCode < 300) receiver.events.push(...(JSON.parse(body) as { items: Event[] }).items);
      });
      receiver.answer(res);
    });
  }).listen(0, '127.0.0.1');
  closing.push(() => (server.closeAllConnections(), server.close()));
  await once(server, 'listening');
  const cluster = { server: `https://127.0.0.1:${(server.address() as AddressInfo).port}/audit`, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  receiver.kubeconfig = file(stringify({ clusters: [{ name: 'r', cluster }], contexts: [{ name: 'r', context: { cluster: 'r' } }], 'current-context': 'r' }));
  return receiver;
}

const everything = [{ level: 'RequestResponse' }];

describe('a stage with a policy, a log and a webhook', () => {
  const log = newLog();
  let stage: StageProcess;
  let receiver: Awaited<ReturnType<typeof newReceiver>>;
  const kubectl = newKubectl(() => stage);

  beforeAll(async () => {
    receiver = await newReceiver();
    const policy = policyFile([
      { level: 'None', nonResourceURLs: ['/healthz*', '/readyz'] },
      { level: 'None', users: ['alice'], verbs: ['list'], resources: [{ group: 'apps' }] },
      { level: 'RequestResponse', omitManagedFields: false, resources: [{ resources: ['configmaps'], resourceNames: ['managed'] }] },
      { level: 'RequestResponse', resources: [{ resources: ['configmaps', 'endpoints', 'pods/*'] }, { group: 'authentication.k8s.io' }], namespaces: ['', 'default'] },
      { level: 'Request', omitStages: ['RequestReceived'], resources: [{ resources: ['secrets'] }, { group: 'apps', resources: ['deployments', 'deployments/scale'] }] },
      { level: 'Metadata' },
    ], { omitManagedFields: true });
    stage = await startStage('apiserver', [`--audit-policy-file=${policy}`, `--audit-log-path=${log.path}`, `--audit-webhook-config-file=${receiver.kubeconfig}`, '--audit-webhook-batch-max-wait=20ms', '--audit-webhook-batch-throttle-qps=1000']);
  });
  afterAll(() => stage.stop());

  let ids = 0;
  /** The events of one request, and its answer. */
  async function audited(method: string, path: string, body?: string | object, headers: Headers = {}) {
    const id = `request-${ids++}`;
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const answer = await request(stage, method, path, { 'Audit-ID': id, 'User-Agent': 'me', 'Content-Type': 'application/json', ...headers }, text);
    expect(answer.headers['audit-id']).toBe(id);
    return { answer, events: log.events().filter(({ auditID }) => auditID === id) };
  }

  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
  const admin = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
  const allowed = { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' };
  const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
  const configMap = (name: string, data = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

  test('tells of a request all that the level wants, field by field', async () => {
    const { answer, events } = await audited('POST', `${CONFIGMAPS}?fieldManager=m`, configMap('a', { k: '<v>' }));
    const { managedFields, ...metadata } = (JSON.parse(answer.body) as { metadata: Record<string, unknown> }).metadata;
    expect(managedFields).toBeDefined();
    const event = {
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'RequestResponse', auditID: events[0]?.auditID,
      requestURI: `${CONFIGMAPS}?fieldManager=m`, verb: 'create', user: { ...admin, uid: expect.any(String) as string }, sourceIPs: ['127.0.0.1'], userAgent: 'me',
      requestReceivedTimestamp: time, stageTimestamp: time,
    };
    const objectRef = { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' };
    expect(events).toEqual([
      { ...event, stage: 'RequestReceived', objectRef },
      {
        ...event, stage: 'ResponseComplete', objectRef: { ...objectRef, name: 'a' }, responseStatus: { metadata: {}, code: 201 },
        requestObject: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { k: '<v>' } },
        responseObject: { kind: 'ConfigMap', apiVersion: 'v1', metadata, data: { k: '<v>' } },
        annotations: allowed,
      },
    ]);
    expect(Object.keys(events[1] ?? {})).toEqual(['kind', 'apiVersion', 'level', 'auditID', 'stage', 'requestURI', 'verb', 'user', 'sourceIPs', 'userAgent', 'objectRef', 'responseStatus', 'requestObject', 'responseObject', 'requestReceivedTimestamp', 'stageTimestamp', 'annotations']);
  });

  test('an update names the object that was sent, a patch is written down as it came', async () => {
    await audited('POST', CONFIGMAPS, configMap('u'));
    const got = JSON.parse((await audited('GET', `${CONFIGMAPS}/u`)).answer.body) as { metadata: { uid: string; resourceVersion: string } };
    const { uid, resourceVersion } = got.metadata;
    const put = (await audited('PUT', `${CONFIGMAPS}/u`, { ...got, data: { a: '1' } })).events[1];
    expect(put).toMatchObject({ verb: 'update', objectRef: { resource: 'configmaps', namespace: 'default', name: 'u', uid, apiVersion: 'v1', resourceVersion } });
    expect(JSON.stringify(put)).not.toContain('managedFields');
    const patch = (await audited('PATCH', `${CONFIGMAPS}/u`, '{ "data" : {"b": "2"} }', { 'Content-Type': 'application/merge-patch+json' })).events[1];
    expect(patch).toMatchObject({ verb: 'patch', objectRef: { resource: 'configmaps', namespace: 'default', name: 'u', apiVersion: 'v1' }, requestObject: { data: { b: '2' } }, responseObject: { data: { a: '1', b: '2' } } });
    expect(patch?.objectRef).not.toHaveProperty('uid');
    const yaml = await audited('PATCH', `${CONFIGMAPS}/u?fieldManager=m`, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: u}\ndata: {c: "3"}', { 'Content-Type': 'application/apply-patch+yaml' });
    expect(yaml.events[1]).toMatchObject({ stage: 'ResponseComplete', responseStatus: { code: 200 }, responseObject: { data: { c: '3' } } });
    expect(yaml.events[1]).not.toHaveProperty('requestObject');
  });

  test('a rule may keep managed fields that the policy omits', async () => {
    const { events } = await audited('PUT', `${CONFIGMAPS}/managed`, configMap('managed'));
    expect(events[1]).toMatchObject({ responseStatus: { code: 404 } });
    await audited('POST', CONFIGMAPS, configMap('managed', { k: 'v' }));
    expect(JSON.stringify((await audited('GET', `${CONFIGMAPS}/managed`)).events[1])).toContain('"managedFields":[{');
    expect(JSON.stringify((await audited('GET', CONFIGMAPS)).events[1])).not.toContain('managedFields');
  });

  test.each<[what: string, method: string, path: string, body: object | undefined, headers: Headers, stages: string[], last: object, without: string[]]>([
    ['a list', 'GET', CONFIGMAPS, undefined, {}, ['RequestReceived', 'ResponseComplete'], { verb: 'list', responseObject: { kind: 'ConfigMapList', items: expect.any(Array) as unknown[] } }, ['requestObject']],
    ['a table', 'GET', CONFIGMAPS, undefined, { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }, ['RequestReceived', 'ResponseComplete'], { responseObject: { kind: 'Table', apiVersion: 'meta.k8s.io/v1' } }, ['requestObject']],
    ['protobuf, as JSON', 'GET', `${CONFIGMAPS}/none`, undefined, { Accept: 'application/vnd.kubernetes.protobuf' }, ['RequestReceived', 'ResponseComplete'], { responseObject: { kind: 'Status', reason: 'NotFound' } }, ['requestObject']],
    ['an answer that is a Status', 'GET', `${CONFIGMAPS}/none`, undefined, {}, ['RequestReceived', 'ResponseComplete'], { responseStatus: { metadata: {}, status: 'Failure', message: 'configmaps "none" not found', reason: 'NotFound', details: { name: 'none', kind: 'configmaps' }, code: 404 }, responseObject: { kind: 'Status' } }, ['requestObject']],
    ['a delete with options', 'DELETE', `${CONFIGMAPS}/none`, { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 }, {}, ['RequestReceived', 'ResponseComplete'], { requestObject: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 } }, []],
    ['a body that cannot be read', 'POST', CONFIGMAPS, { kind: 'Pod', apiVersion: 'v1' }, {}, ['RequestReceived', 'ResponseComplete'], { responseStatus: { reason: 'BadRequest', code: 400 } }, ['requestObject']],
    ['a request body alone at level Request, and no first stage where the rule omits it', 'POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's' }, stringData: { p: 'secret' } }, {}, ['ResponseComplete'], { level: 'Request', requestObject: { kind: 'Secret', metadata: { name: 's' }, data: { p: 'c2VjcmV0' }, type: 'Opaque' }, responseStatus: { code: 201 } }, ['responseObject']],
    ['a subresource that the rule names', 'GET', '/apis/apps/v1/namespaces/default/deployments/d/scale', undefined, {}, ['ResponseComplete'], { level: 'Request', objectRef: { resource: 'deployments', subresource: 'scale', apiGroup: 'apps' } }, ['requestObject', 'responseObject']],
    ['a subresource that no rule names', 'GET', '/apis/apps/v1/namespaces/default/deployments/d/status', undefined, {}, ['RequestReceived', 'ResponseComplete'], { level: 'Metadata' }, ['requestObject', 'responseObject']],
    ['a namespace that the rule does not name', 'GET', '/api/v1/namespaces/kube-system/configmaps', undefined, {}, ['RequestReceived', 'ResponseComplete'], { level: 'Metadata' }, ['responseObject']],
    ['a path that is no resource', 'GET', '/version', undefined, {}, ['RequestReceived', 'ResponseComplete'], { level: 'Metadata', verb: 'get', responseStatus: { metadata: {}, code: 200 } }, ['objectRef']],
    ['a deprecated kind', 'GET', '/api/v1/namespaces/default/endpoints', undefined, {}, ['RequestReceived', 'ResponseComplete'], { annotations: { ...allowed, 'k8s.io/deprecated': 'true' } }, []],
    ['impersonation', 'GET', '/api/v1/nodes', undefined, { 'Impersonate-User': 'bob', 'Impersonate-Group': 'g' }, ['RequestReceived', 'ResponseComplete'], { user: admin, impersonatedUser: { username: 'bob', groups: ['g', 'system:authenticated'] }, annotations: { 'authorization.k8s.io/decision': 'forbid' }, responseStatus: { code: 403 } }, []],
    ['nothing where the policy says None', 'GET', '/healthz/ping', undefined, {}, [], {}, []],
  ])('%s', async (_what, method, path, body, headers, stages, last, without) => {
    const { events } = await audited(method, path, body, headers);
    expect(events.map(({ stage }) => stage)).toEqual(stages);
    if (stages.length > 0) expect(events.at(-1)).toMatchObject(last);
    for (const field of without) expect(events.at(-1)).not.toHaveProperty(field);
  });

  test('who is refused is written down with a name, who is not known without one', async () => {
    const alice = { Authorization: `Bearer ${stage.tokens.alice}` };
    expect((await audited('GET', '/api/v1/namespaces/default/configmaps', undefined, alice)).events[1]).toMatchObject({
      user: { username: 'alice' }, annotations: { 'authorization.k8s.io/decision': 'forbid' }, responseStatus: { reason: 'Forbidden', code: 403 }, responseObject: { kind: 'Status', code: 403 },
    });
    expect((await audited('GET', '/apis/apps/v1/deployments', undefined, alice)).events).toEqual([]);
    const unknown = await audited('GET', CONFIGMAPS, undefined, { Authorization: 'Bearer nobodys-secret' });
    expect(unknown.events).toMatchObject([{ stage: 'ResponseStarted', user: {}, verb: 'list', responseStatus: { metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 } }]);
    expect((await audited('GET', `${CONFIGMAPS}?timeout=soon`)).events).toMatchObject([{ stage: 'ResponseStarted', user: {}, responseStatus: { reason: 'BadRequest', code: 400 } }]);
  });

  test('a watch is told of when it begins, and when it ends', async () => {
    const { events } = await audited('GET', `${CONFIGMAPS}?watch=true&timeoutSeconds=1`);
    expect(events.map(({ stage, responseStatus }) => [stage, responseStatus?.code])).toEqual([['RequestReceived', undefined], ['ResponseStarted', 200], ['ResponseComplete', 200]]);
    expect(events.map((event) => 'responseObject' in event)).toEqual([false, false, false]);
  });

  test('no header is written down that proves who somebody is; a body is, where the policy asks for it', async () => {
    const review = await audited('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: stage.tokens.alice } });
    expect(review.events[1]).toMatchObject({ requestObject: { kind: 'TokenReview', spec: { token: stage.tokens.alice } }, responseObject: { status: { authenticated: true } } });
    await audited('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'sa' } });
    const issued = await audited('POST', '/api/v1/namespaces/default/serviceaccounts/sa/token', { spec: {} });
    const { token } = (JSON.parse(issued.answer.body) as { status: { token: string } }).status;
    expect(issued.events[1]).toMatchObject({ level: 'Metadata', annotations: { 'authentication.kubernetes.io/issued-credential-id': expect.stringMatching(/^JTI=/) as string } });
    for (const proof of [stage.tokens.admin, token, 'nobodys-secret']) expect(log.text()).not.toContain(proof);
    expect(log.events().filter(({ requestURI }) => !requestURI.endsWith('/tokenreviews')).some((event) => JSON.stringify(event).includes(stage.tokens.alice))).toBe(false);
  });

  test('a client without an id is given one', async () => {
    const { headers } = await request(stage, 'GET', '/version');
    expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(log.events().filter(({ auditID }) => auditID === headers['audit-id'])).toHaveLength(2);
  });

  test('kubectl apply, get and delete', async () => {
    await kubectl('apply -f -', configMap('by-kubectl', { k: 'v' }));
    await kubectl('get configmap by-kubectl -o yaml');
    await kubectl('delete configmap by-kubectl');
    const mine = log.events().filter(({ objectRef, stage }) => objectRef?.name === 'by-kubectl' && stage === 'ResponseComplete');
    expect(mine.map(({ verb, responseStatus }) => [verb, responseStatus?.code])).toEqual(expect.arrayContaining([['get', 404], ['create', 201], ['get', 200], ['delete', 200]]));
    expect(mine.find(({ verb }) => verb === 'create')?.requestObject).toMatchObject({ data: { k: 'v' }, metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': expect.any(String) as string } } });
  });

  test('the webhook is sent what the log says, in lists', async () => {
    await expect.poll(() => receiver.events.length).toBe(log.events().length);
    const byStage = (events: Event[]) => events.map(({ auditID, stage, ...event }) => [`${auditID} ${stage}`, event] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    const inLog = log.events().map((event) => ({ ...event, kind: undefined, apiVersion: undefined }));
    expect(byStage(receiver.events)).toEqual(byStage(inLog));
    for (const body of receiver.bodies) expect(body).toMatch(/^\{"kind":"EventList","apiVersion":"audit\.k8s\.io\/v1","metadata":\{\},"items":\[\{"level":".*\}\]\}\n$/);
  });
});

describe('a stage that ends while it is busy', () => {
  test.each([
    ['blocking log, webhook in batches', ['--audit-log-mode=blocking', '--audit-webhook-mode=batch', '--audit-webhook-batch-max-wait=1h']],
    ['log in batches, blocking webhook', ['--audit-log-mode=batch', '--audit-webhook-mode=blocking']],
  ])('loses no event of a request that it has answered: %s', async (_modes, flags) => {
    const log = newLog();
    const receiver = await newReceiver();
    // slow enough to have much under way at the end
    receiver.answer = (res) => void setTimeout(() => res.end(), 30);
    const stage = await startStage('apiserver', [`--audit-policy-file=${policyFile(everything)}`, `--audit-log-path=${log.path}`, `--audit-webhook-config-file=${receiver.kubeconfig}`, ...flags]);
    const load = startLoad(stage);
    await expect.poll(() => load.answered.size).toBeGreaterThan(200);
    expect(await stage.stop()).toBe(0);
    await load.end();
    const complete = (events: Event[]) => new Set(events.filter(({ stage }) => stage === 'ResponseComplete').map(({ auditID }) => auditID));
    const missing = (events: Event[]) => [...load.answered].filter((id) => !complete(events).has(id));
    expect([missing(log.events()), missing(receiver.events)]).toEqual([[], []]);
  });
});

/** Clients that make and read objects until the server is gone. */
function startLoad(stage: StageProcess) {
  const answered = new Set<string>();
  const agent = new Agent({ keepAlive: true, ca: stage.ca });
  let gone = false;
  const send = (id: string, method: string, body: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${stage.tokens.admin}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'audit-id': id };
      const req = httpsRequest({ host: '127.0.0.1', port: stage.port, agent, method, path: '/api/v1/namespaces/default/configmaps', headers }, (res) => {
        res.resume();
        res.on('end', () => resolve(res.statusCode ?? 0));
        res.on('error', reject);
      });
      req.on('error', reject);
      req.end(body);
    });
  const clients = Array.from({ length: 16 }, async (_, client) => {
    for (let i = 0; !gone; i++) {
      const id = `${client}-${i}`;
      const [method, body] = i % 2 === 0 ? ['POST', JSON.stringify({ metadata: { name: `c-${id}` } })] as const : ['GET', ''] as const;
      const status = await send(id, method, body).catch(() => undefined);
      if (status === undefined) gone = true;
      else if (status < 300) answered.add(id);
    }
  });
  return {
    answered,
    async end() {
      await Promise.all(clients);
      agent.destroy();
    },
  };
}

describe('a webhook that', () => {
  let stage: StageProcess | undefined;
  afterEach(async () => {
    await stage?.stop();
    stage = undefined;
  });

  async function stageWith(kubeconfig: string, ...flags: string[]) {
    stage = await startStage('apiserver', [`--audit-policy-file=${policyFile([{ level: 'Metadata', nonResourceURLs: ['/version'] }])}`, `--audit-webhook-config-file=${kubeconfig}`, '--audit-webhook-initial-backoff=5ms', '--audit-webhook-batch-max-wait=20ms', ...flags]);
    const running = stage;
    return { stage: running, get: async (id: string) => (await request(running, 'GET', '/version', { 'Audit-ID': id })).status };
  }
  const idsOf = (events: Event[]) => events.map(({ auditID, stage }) => `${auditID} ${stage}`).sort();
  const both = (...ids: string[]) => ids.flatMap((id) => [`${id} RequestReceived`, `${id} ResponseComplete`]).sort();
  const nowhere = () => file(stringify({ clusters: [{ name: 'r', cluster: { server: 'http://127.0.0.1:1/' } }], contexts: [{ name: 'r', context: { cluster: 'r' } }], 'current-context': 'r' }));

  test('answers 500 is asked again', async () => {
    const receiver = await newReceiver();
    receiver.answer = (res) => void res.writeHead(receiver.posts < 5 ? 500 : 200).end('no');
    const { get } = await stageWith(receiver.kubeconfig, '--audit-webhook-batch-max-size=2', '--audit-webhook-batch-max-wait=1h');
    expect(await get('a')).toBe(200);
    await expect.poll(() => idsOf(receiver.events)).toEqual(both('a'));
    expect(receiver.posts).toBe(5);
    expect(stage?.stderr()).toBe('');
  });

  test('never takes anything is given up, and what is lost is in the log', async () => {
    const receiver = await newReceiver();
    receiver.answer = (res) => void res.writeHead(503).end();
    const { stage, get } = await stageWith(receiver.kubeconfig, '--audit-webhook-batch-max-size=2', '--audit-webhook-batch-max-wait=1h');
    expect(await get('lost-id')).toBe(200);
    await expect.poll(() => stage.stderr()).toMatch(/ Error in audit plugin 'webhook' affecting 2 audit events: the server is currently unable to handle the request \{"events":\[".*id=\\"lost-id\\" stage=\\"RequestReceived\\".*id=\\"lost-id\\" stage=\\"ResponseComplete\\".*\]\}\n$/);
  });

  test('answers garbage has taken what it was sent', async () => {
    const receiver = await newReceiver();
    receiver.answer = (res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>{"kind":');
    const { get } = await stageWith(receiver.kubeconfig);
    expect(await get('a')).toBe(200);
    await expect.poll(() => idsOf(receiver.events)).toEqual(both('a'));
    expect(await get('b')).toBe(200);
    await expect.poll(() => idsOf(receiver.events)).toEqual(both('a', 'b'));
    expect(stage?.stderr()).toBe('');
  });

  test('hangs does not hold up requests; what the buffer has no room for is lost, and the rest is sent before the server ends', async () => {
    const receiver = await newReceiver();
    const held: ServerResponse[] = [];
    receiver.answer = (res) => void held.push(res);
    const { stage, get } = await stageWith(receiver.kubeconfig, '--audit-webhook-batch-max-size=1', '--audit-webhook-batch-buffer-size=1', '--audit-webhook-batch-throttle-qps=0.2', '--audit-webhook-batch-throttle-burst=1');
    for (const id of ['a', 'b', 'c']) expect(await get(id)).toBe(200);
    await expect.poll(() => stage.stderr()).toContain("Error in audit plugin 'buffered' affecting 1 audit events: audit buffer queue blocked");
    await expect.poll(() => held.length).toBe(1);
    receiver.answer = ok;
    held[0]?.end();
    expect(await stage.stop()).toBe(0);
    const lost = [...stage.stderr().matchAll(/id=\\"(\w)\\" stage=\\"(\w+)\\"/g)].map(([, id, stage]) => `${id} ${stage}`);
    expect(lost.length).toBeGreaterThan(0);
    expect([...idsOf(receiver.events), ...lost].sort()).toEqual(both('a', 'b', 'c'));
  });

  test.each([['blocking', 200], ['blocking-strict', 500]])('is not there, in mode %s: %i', async (mode, status) => {
    const { stage, get } = await stageWith(nowhere(), `--audit-webhook-mode=${mode}`);
    expect(await get('a')).toBe(status);
    await expect.poll(() => stage.stderr()).toMatch(/^\S+ Error in audit plugin 'webhook' affecting 1 audit events: Post "http:\/\/127\.0\.0\.1:1\/\?timeout=30s": dial tcp 127\.0\.0\.1:1: connect: connection refused /m);
    expect((await request(stage, 'GET', '/healthz')).status).toBe(200);
  });

  test('cannot be asked because nobody said where', async () => {
    const { code, stderr } = await runCommandLine('stage', 'apiserver', `--cert-dir=${join(dir, 'certs')}`, `--audit-policy-file=${policyFile(everything)}`, `--audit-webhook-config-file=${file('clusters: 1')}`);
    expect([code, stderr.split('\n').length, stderr]).toEqual([1, 2, expect.stringMatching(/^--audit-webhook-config-file: .*: clusters: /)]);
  });
});

describe('flags that say', () => {
  test.each([
    ['no file of a policy', ['--audit-policy-file=/nowhere/policy.yaml'], /^loading audit policy file: failed to read file path "\/nowhere\/policy\.yaml": ENOENT: .*\n$/],
    ['a policy with a level that is none', [`--audit-policy-file=${policyFile([{ level: 'Metadata' }, { level: 'All' }])}`], /^loading audit policy file: rules\[1\]\.level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse": from file .*\n$/],
    ['a policy without rules', [`--audit-policy-file=${policyFile([])}`], /^loading audit policy file: loaded illegal policy with 0 rules: from file .*\n$/],
    ['modes, formats and numbers that are none', [`--audit-log-path=${join(dir, 'x.log')}`, '--audit-log-mode=soon', '--audit-log-format=yaml', '--audit-log-maxsize=-1', '--audit-log-version=audit.k8s.io/v1beta1'], /^\[invalid audit log mode soon, allowed modes are "batch,blocking,blocking-strict", invalid group version, allowed versions are \["audit\.k8s\.io\/v1"\], invalid audit log format yaml, allowed formats are "legacy,json", --audit-log-maxsize -1 can't be a negative number\]\n$/],
    ['a batch of nothing', ['--audit-webhook-config-file=x', '--audit-webhook-batch-max-size=0'], /^invalid audit batch webhook max batch size 0, must be a positive number\n$/],
    ['no room for an event', ['--audit-webhook-config-file=x', '--audit-webhook-truncate-max-event-size=2', '--audit-webhook-truncate-max-batch-size=1'], /^invalid audit truncate webhook max batch size 1, must be greater than max event size \(2\)\n$/],
  ])('%s: the server does not start', async (_what, flags, message) => {
    const { code, stderr } = await runCommandLine('stage', 'apiserver', `--cert-dir=${join(dir, 'certs')}`, ...flags);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  test('a log and no policy: nothing is written down', async () => {
    const log = newLog();
    const stage = await startStage('apiserver', [`--audit-log-path=${log.path}`]);
    await request(stage, 'GET', '/version');
    await stage.stop();
    expect(log.text()).toBe('');
  });

  test('lines of text, and events of a size: they are so', async () => {
    const log = newLog();
    const stage = await startStage('apiserver', [`--audit-log-path=${log.path}`, `--audit-policy-file=${policyFile(everything)}`, '--audit-log-format=legacy']);
    await request(stage, 'GET', '/version?a=1', { 'Audit-ID': 'a' });
    await stage.stop();
    expect(log.text()).toMatch(/^\S+Z AUDIT: id="a" stage="RequestReceived" ip="127\.0\.0\.1" method="get" user="admin" groups="\\"system:masters\\",\\"system:authenticated\\"" as="<self>" asgroups="<lookup>" user-agent="" namespace="<none>" uri="\/version\?a=1" response="<deferred>"\n.* response="200"\n$/);

    const cut = newLog();
    const small = await startStage('apiserver', [`--audit-log-path=${cut.path}`, `--audit-policy-file=${policyFile(everything)}`, '--audit-log-truncate-enabled', '--audit-log-truncate-max-event-size=2000']);
    await request(small, 'POST', '/api/v1/namespaces/default/configmaps', { 'content-type': 'application/json' }, JSON.stringify({ metadata: { name: 'large' }, data: { k: 'x'.repeat(3000) } }));
    await small.stop();
    const last = cut.events().at(-1);
    expect(last).toMatchObject({ responseStatus: { code: 201 }, annotations: { 'audit.k8s.io/truncated': 'true' } });
    expect([last?.requestObject, last?.responseObject]).toEqual([undefined, undefined]);
  });
});
