/** A real webhook over HTTPS decides what a stage's users may do. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHTTPServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPolicyRuleEvaluator } from '../audit/policy.ts';
import { newWebhookAuthorizer } from '../authorization/webhook/webhook.ts';
import { newBackgroundContext } from '../http/background.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import { filters } from '../stages/filters.ts';
import { authorizationFromFlags } from './authorization.ts';
import { servingCertificate } from './certificates.ts';
import { parseFlags } from './flags.ts';
import { loadWebhookClient } from './webhook-client.ts';

const dir = mkdtempSync(join(tmpdir(), 'webhook-'));
const asked: { url: string; method: string; authorization: string; body: string }[] = [];
let answer: (res: ServerResponse, req: IncomingMessage) => void;
let certificate: Awaited<ReturnType<typeof servingCertificate>>;
let hook: ReturnType<typeof createServer>;
let port: number;

beforeAll(async () => {
  certificate = await servingCertificate(dir, ['127.0.0.1']);
  hook = createServer({ cert: certificate.cert, key: certificate.key }, (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      asked.push({ url: req.url ?? '', method: req.method ?? '', authorization: req.headers.authorization ?? '', body: Buffer.concat(chunks).toString() });
      answer(res, req);
    });
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  ({ port } = hook.address() as AddressInfo);
});
afterAll(() => {
  hook.closeAllConnections();
  hook.close();
  rmSync(dir, { recursive: true, force: true });
});

function file(name: string, content: object): string {
  writeFileSync(join(dir, name), JSON.stringify(content));
  return join(dir, name);
}

const kubeconfig = (server: string, ca: object) => file('hook.kubeconfig', {
  clusters: [{ name: 'hook', cluster: { server, ...ca } }],
  users: [{ name: 'apiserver', user: { token: 'hook-token' } }],
  contexts: [{ name: 'c', context: { cluster: 'hook', user: 'apiserver' } }],
  'current-context': 'c',
});

interface Setup {
  server?: string;
  ca?: object;
  timeout?: string;
  failurePolicy?: string;
  after?: { type: string; name: string }[];
  conditions?: string[];
}

/** A stage whose only authorizer besides system:masters is the webhook, unless one comes `after` it. */
async function stageWith({ server = `https://127.0.0.1:${port}/authorize`, ca = { 'certificate-authority': 'ca.crt' }, timeout = '5s', failurePolicy = 'NoOpinion', after = [], conditions = [] }: Setup = {}) {
  const events: { stage?: string; annotations?: object }[] = [];
  const matching = conditions.length > 0 && { matchConditionSubjectAccessReviewVersion: 'v1', matchConditions: conditions.map((expression) => ({ expression })) };
  const webhook = { ...matching, timeout, failurePolicy, subjectAccessReviewVersion: 'v1', connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: kubeconfig(server, ca) } };
  const config = file('authorization.json', { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration', authorizers: [{ type: 'Webhook', name: 'hook', webhook }, ...after] });
  const stage = filters.build(defaultServerConfig({
    tokens: [{ token: 'alice-token', user: { name: 'alice', groups: ['dev'] } }, { token: 'root-token', user: { name: 'root', groups: ['system:masters'] } }],
    ...(await authorizationFromFlags(parseFlags([`--authorization-config=${config}`]), { info: () => undefined, error: () => undefined })),
    audit: { policy: newPolicyRuleEvaluator({ rules: [{ level: 'Metadata' }] }), backend: { processEvents: (...some) => events.push(...some) > 0, shutdown: async () => undefined } },
  }));
  const listening = createHTTPServer(stage.handler).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  asked.length = 0;
  return {
    events,
    async get(token = 'alice-token') {
      const res = await fetch(`http://127.0.0.1:${(listening.address() as AddressInfo).port}${PATH}`, { headers: { authorization: `Bearer ${token}` } });
      return { status: res.status, body: await res.text() };
    },
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      listening.close();
      await stage.close();
    },
  };
}

const PATH = '/api/v1/namespaces/default/configmaps';
const review = (status: object) => ({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', status });
const json = (value: unknown, code = 200) => (res: ServerResponse) => void res.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));

test('asks the webhook with its own credentials, and remembers the answer', async () => {
  await using stage = await stageWith();
  answer = json(review({ allowed: true, reason: 'friend of the house' }));
  expect((await stage.get()).status).toBe(200);
  expect((await stage.get()).status).toBe(200);
  const spec = { resourceAttributes: { namespace: 'default', verb: 'list', version: 'v1', resource: 'configmaps' }, user: 'alice', groups: ['dev', 'system:authenticated'] };
  expect(asked.map(({ body, ...rest }) => ({ ...rest, body: JSON.parse(body) as object }))).toEqual([
    { url: '/authorize?timeout=5s', method: 'POST', authorization: 'Bearer hook-token', body: { kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status: { allowed: false } } },
  ]);
  const complete = stage.events.find((event) => event.stage === 'ResponseComplete');
  expect(complete?.annotations).toEqual({ 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'friend of the house' });
});

test.each([{ allowed: false, reason: 'not today' }, { denied: true, reason: 'not today' }])('answers 403 to %j', async (status) => {
  await using stage = await stageWith();
  answer = json(review(status));
  const { status: code, body } = await stage.get();
  expect([code, JSON.parse(body)]).toMatchObject([403, { message: 'configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" in the namespace "default": not today' }]);
});

test('does not ask about system:masters', async () => {
  await using stage = await stageWith();
  expect((await stage.get('root-token')).status).toBe(200);
  expect(asked).toEqual([]);
});

const redirect = (code: number, location: string) => (res: ServerResponse) => void res.writeHead(code, { location }).end();
const struct = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const here = () => `https://127.0.0.1:${port}/authorize?timeout=5s`;
const failures: [what: string, answer: typeof answer, message: () => string][] = [
  ['hangs', () => undefined, () => `Post "https://127.0.0.1:${port}/authorize?timeout=200ms": context deadline exceeded`],
  ['answers without an end', (res) => void res.writeHead(200).write('{'), () => 'unexpected error when reading response body. Please retry. Original error: context deadline exceeded'],
  ['breaks off', (res) => void res.destroy(), () => `Post "${here()}": EOF`],
  ['breaks off in the middle', (res) => void res.writeHead(200, { 'content-length': '100' }).write('{', () => res.destroy()), () => 'unexpected error when reading response body. Please retry. Original error: unexpected EOF'],
  ['says yes and no', json(review({ allowed: true, denied: true })), () => 'webhook subject access review returned both allow and deny response'],
  ['says yes in words', json(review({ allowed: 'yes' })), () => 'json: cannot unmarshal string into Go struct field SubjectAccessReviewStatus.status.allowed of type bool'],
  ['answers another kind', json({ apiVersion: 'v1', kind: 'ConfigMap' }), () => 'converting (v1.ConfigMap) to (v1.SubjectAccessReview): unknown conversion'],
  ['answers in another version', json({ ...review({ allowed: true }), apiVersion: 'authorization.k8s.io/v1beta1' }), () => 'converting (v1beta1.SubjectAccessReview) to (v1.SubjectAccessReview): unknown conversion'],
  ['answers a kind that nobody knows', json({ apiVersion: 'example.com/v1', kind: 'Yes', status: { allowed: true } }), () => 'no kind "Yes" is registered for version "example.com/v1" in scheme "k8s.io/client-go/kubernetes/scheme/register.go:82"'],
  ['refuses by a Status that is none', json({ apiVersion: 'v1', kind: 'Status', status: 'Failure', message: 'go away' }), () => 'converting (v1.Status) to (v1.SubjectAccessReview): unknown conversion'],
  ['answers half of it', (res) => void res.end('{"status":{"allowed":tr'), () => "couldn't get version/kind; json parse error: unexpected end of JSON input"],
  ['answers a page', (res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), () => `couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type ${struct}`],
  ['answers nothing', (res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(), () => '0-length response with status code: 200 and content type: application/json'],
  ['does not know us', (res) => void res.writeHead(401).end('who?'), () => 'the server has asked for the client to provide credentials'],
  ['is not there', (res) => void res.writeHead(404).end(), () => 'the server could not find the requested resource'],
  ['refuses by a Status', json({ apiVersion: 'v1', kind: 'Status', status: 'Failure', message: 'go away', code: 403 }, 403), () => 'go away'],
  ['sends us in circles', redirect(307, '/authorize?timeout=5s'), () => 'Post "/authorize?timeout=5s": stopped after 10 redirects'],
  ['sends us to a place that is none', redirect(302, 'ftp://x/'), () => 'Post "ftp://x/": unsupported protocol scheme "ftp"'],
  ['sends us nowhere', (res) => void res.writeHead(302).end(), () => 'the server responded with the status code 302 but did not return more information'],
];

test.each(failures)('a webhook that %s allows nothing', async (what, behaviour, message) => {
  const timeout = what === 'hangs' || what === 'answers without an end' ? '200ms' : '5s';
  answer = behaviour;
  for (const failurePolicy of ['NoOpinion', 'Deny']) {
    await using stage = await stageWith({ timeout, failurePolicy });
    const { status, body } = await stage.get();
    expect([status, body]).toEqual([500, `Internal Server Error: "${PATH}": ${message().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}\n`]);
    expect(stage.events.at(-1)?.annotations).toMatchObject({ 'authorization.k8s.io/reason': 'internal error' });
    expect(stage.events.at(-1)?.annotations).not.toHaveProperty(['authorization.k8s.io/decision']);
  }
});

test('a webhook that fails is asked again, and then not believed', async () => {
  answer = (res) => void res.writeHead(500, { 'content-type': 'text/plain' }).end('oh');
  asked.length = 0;
  const options = { version: 'v1', timeout: 5000, authorizedTTL: 0, unauthorizedTTL: 0, decisionOnError: 'deny', clock: Date, backoff: { steps: 3, duration: 1, factor: 1, jitter: 0 } } as const;
  const authorizer = newWebhookAuthorizer({ ...options, post: await loadWebhookClient('authorization-webhook-config-file', kubeconfig(`https://127.0.0.1:${port}/authorize`, { 'certificate-authority': 'ca.crt' })) });
  const attributes = { user: { name: 'alice', groups: [] }, verb: 'get', isResourceRequest: false, path: '/', namespace: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '' };
  const asking = Promise.resolve(authorizer.authorize(newBackgroundContext(defaultServerConfig().tracer, 'get', ''), attributes));
  await expect(asking).rejects.toMatchObject({ message: 'an error on the server ("oh") has prevented the request from succeeding', result: { decision: 'deny' } });
  expect(asked).toHaveLength(3);
});

test.each([[307, 'POST'], [302, 'GET']])('follows a redirect by %i with a %s', async (code, method) => {
  await using stage = await stageWith();
  answer = (res, req) => (req.url === '/there' ? json(review({ allowed: true }))(res) : redirect(code, '/there')(res));
  expect((await stage.get()).status).toBe(200);
  expect(asked.map(({ url, method }) => [url, method])).toEqual([['/authorize?timeout=5s', 'POST'], ['/there', method]]);
  expect(asked[1]?.body).toBe(method === 'POST' ? asked[0]?.body : '');
});

test('keeps its credentials to itself when sent to another host', async () => {
  await using stage = await stageWith();
  answer = (res, req) => (req.url === '/there' ? json(review({ allowed: true }))(res) : redirect(307, `https://localhost:${port}/there`)(res));
  expect((await stage.get()).status).toBe(200);
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer hook-token', '']);
});

test.each<[string, Setup, RegExp]>([
  ['is not trusted', { ca: {} }, /^Post "https:.*": tls: failed to verify certificate: x509: certificate signed by unknown authority$/],
  ['has another name', { ca: { 'certificate-authority': 'ca.crt', 'tls-server-name': 'example.com' } }, /^Post "https:.*": tls: failed to verify certificate: x509: certificate is not valid for /],
  ['does not listen', { server: 'https://127.0.0.1:1/x' }, /^Post "https:\/\/127\.0\.0\.1:1\/x\?timeout=5s": dial tcp 127\.0\.0\.1:1: connect: connection refused$/],
])('a webhook that %s allows nothing', async (_what, setup, message) => {
  await using stage = await stageWith(setup);
  answer = json(review({ allowed: true }));
  const { status, body } = await stage.get();
  expect(status).toBe(500);
  expect(body.trimEnd().slice(`Internal Server Error: "${PATH}": `.length)).toMatch(message);
  expect(asked).toEqual([]);
});

test.each<[string, string[], string, number, number]>([
  ['match', ["request.user == 'alice'", "request.resourceAttributes.namespace != 'kube-system'"], 'NoOpinion', 1, 200],
  ['do not match', ["request.resourceAttributes.namespace == 'kube-system'"], 'NoOpinion', 0, 403],
  ['fail', ["request.nonResourceAttributes.path == '/'"], 'NoOpinion', 0, 500],
  ['do not match, and fail', ["request.nonResourceAttributes.path == '/'", 'false'], 'Deny', 0, 403],
])('is asked or not where its conditions %s', async (_what, conditions, failurePolicy, calls, status) => {
  await using stage = await stageWith({ conditions, failurePolicy });
  answer = json(review({ allowed: true }));
  const { status: code, body } = await stage.get();
  expect([code, asked.length]).toEqual([status, calls]);
  if (code === 500) expect(body).toContain("cel evaluation error: expression 'request.nonResourceAttributes.path == '/'' resulted in error: no such key: nonResourceAttributes");
});

test('another authorizer may allow where a webhook that failed leaves it to others', async () => {
  answer = (res) => void res.writeHead(404).end();
  const after = [{ type: 'AlwaysAllow', name: 'alwaysallow' }];
  await using open = await stageWith({ after });
  expect((await open.get()).status).toBe(200);
  await using closed = await stageWith({ after, failurePolicy: 'Deny' });
  expect((await closed.get()).status).toBe(500);
});
