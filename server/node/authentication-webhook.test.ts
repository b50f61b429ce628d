/** A real webhook over HTTPS says who a stage's clients are. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHTTPServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAlwaysAllowAuthorizer } from '../authorization/builtin.ts';
import { newWebhookTokenAuthenticator } from '../authentication/webhook.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import { filters } from '../stages/filters.ts';
import { servingCertificate } from './certificates.ts';
import { loadWebhookClient } from './webhook-client.ts';

const FLAG = 'authentication-token-webhook-config-file';
const dir = mkdtempSync(join(tmpdir(), 'token-webhook-'));
const asked: { url: string; method: string; body: string }[] = [];
let answer: (res: ServerResponse, req: IncomingMessage) => void;
let hook: ReturnType<typeof createServer>;
let plain: ReturnType<typeof createHTTPServer>;

beforeAll(async () => {
  const certificate = await servingCertificate(dir, ['127.0.0.1']);
  hook = createServer({ cert: certificate.cert, key: certificate.key }, (req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => {
      asked.push({ url: req.url ?? '', method: req.method ?? '', body });
      answer(res, req);
    });
  }).listen(0, '127.0.0.1');
  plain = createHTTPServer((_req, res) => void res.end('{}')).listen(0, '127.0.0.1');
  await Promise.all([once(hook, 'listening'), once(plain, 'listening')]);
});
afterAll(() => {
  for (const server of [hook, plain]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true, force: true });
});

const portOf = (server: typeof plain | typeof hook) => (server.address() as AddressInfo).port;

interface Setup {
  port?: number;
  cluster?: object;
  timeout?: number;
}

async function stageWith({ port = portOf(hook), cluster = { 'certificate-authority': 'ca.crt' }, timeout = 10_000 }: Setup = {}) {
  const file = join(dir, 'hook.kubeconfig');
  writeFileSync(file, JSON.stringify({ clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${port}/who`, ...cluster } }], contexts: [{ name: 'c', context: { cluster: 'c' } }], 'current-context': 'c' }));
  const errors: string[] = [];
  const log = { info: () => undefined, error: (err: unknown, message: string) => void errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`) };
  const backoff = { steps: 5, duration: 1, factor: 1, jitter: 0 };
  const webhook = newWebhookTokenAuthenticator({ post: await loadWebhookClient(FLAG, file), version: 'v1', apiAudiences: ['api'], log, backoff, timeout });
  const stage = filters.build(defaultServerConfig({ authenticators: { webhook }, authorization: [newAlwaysAllowAuthorizer()], log }));
  const listening = createHTTPServer(stage.handler).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  asked.length = 0;
  return {
    errors,
    async get() {
      const res = await fetch(`http://127.0.0.1:${portOf(listening)}/api/v1/namespaces/default/configmaps`, { headers: { authorization: 'Bearer the-token' } });
      return { status: res.status, body: await res.text() };
    },
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      listening.close();
      await stage.close();
    },
  };
}

const review = (status: object, apiVersion = 'authentication.k8s.io/v1') => ({ apiVersion, kind: 'TokenReview', status });
const alice = { authenticated: true, user: { username: 'alice' } };
const json = (value: unknown, code = 200) => (res: ServerResponse) => void res.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const redirect = (code: number, location?: string) => (res: ServerResponse) => void res.writeHead(code, location === undefined ? {} : { location }).end();

test('knows whom the webhook knows', async () => {
  await using stage = await stageWith();
  answer = json(review(alice));
  expect((await stage.get()).status).toBe(200);
  expect(asked.map(({ body, ...rest }) => ({ ...rest, body: JSON.parse(body) as object }))).toMatchObject([{ url: '/who?timeout=30s', method: 'POST', body: { spec: { token: 'the-token', audiences: ['api'] } } }]);
});

test.each([[307, 'POST'], [308, 'POST'], [301, 'GET'], [303, 'GET']])('goes where it is sent on to by %i, with a %s', async (code, method) => {
  await using stage = await stageWith();
  answer = (res, req) => (req.url === '/there' ? json(review(alice))(res) : redirect(code, '/there')(res));
  expect((await stage.get()).status).toBe(200);
  expect(asked.map(({ url, method }) => [url, method])).toEqual([['/who?timeout=30s', 'POST'], ['/there', method]]);
});

const post = () => `Post "https://127.0.0.1:${portOf(hook)}/who?timeout=30s": `;
test.each<[what: string, answer: typeof answer, message: () => string, setup?: Setup]>([
  ['hangs', () => undefined, () => `${post()}context deadline exceeded`, { timeout: 200 }],
  ['answers without an end', (res) => void res.writeHead(200).write('{'), () => 'unexpected error when reading response body. Please retry. Original error: context deadline exceeded', { timeout: 200 }],
  ['breaks off', (res) => void res.destroy(), () => `${post()}EOF`],
  ['answers another kind', json({ apiVersion: 'v1', kind: 'Pod', status: alice }), () => 'converting (v1.Pod) to (v1.TokenReview): unknown conversion'],
  ['answers in another version', json(review(alice, 'authentication.k8s.io/v1beta1')), () => 'converting (v1beta1.TokenReview) to (v1.TokenReview): unknown conversion'],
  ['answers a kind that nobody knows', json(review(alice, 'example.com/v1')), () => 'no kind "TokenReview" is registered for version "example.com/v1" in scheme "k8s.io/client-go/kubernetes/scheme/register.go:82"'],
  ['answers half of it', (res) => void res.end('{"status":{"authenticated":tr'), () => "couldn't get version/kind; json parse error: unexpected end of JSON input"],
  ['answers nothing', (res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(), () => '0-length response with status code: 200 and content type: application/json'],
  ['fails', (res) => void res.writeHead(500, { 'content-type': 'text/plain' }).end('oh'), () => 'an error on the server ("oh") has prevented the request from succeeding'],
  ['sends us in circles', redirect(302, '/again'), () => 'Post "/again": stopped after 10 redirects'],
  ['sends us nowhere', redirect(302), () => 'the server responded with the status code 302 but did not return more information'],
  ['sends us to a place that is none', redirect(307, 'ftp://x/'), () => 'Post "ftp://x/": unsupported protocol scheme "ftp"'],
  ['is not trusted', json(review(alice)), () => `${post()}tls: failed to verify certificate: x509: certificate signed by unknown authority`, { cluster: {} }],
  ['has another name', json(review(alice)), () => `${post()}tls: failed to verify certificate: x509: certificate is not valid for 127.0.0.1`, { cluster: { 'certificate-authority': 'ca.crt', 'tls-server-name': 'example.com' } }],
])('nobody is known by a webhook that %s', async (_what, behaviour, message, setup) => {
  answer = behaviour;
  await using stage = await stageWith(setup);
  const { status, body } = await stage.get();
  expect([status, JSON.parse(body)]).toMatchObject([401, { reason: 'Unauthorized' }]);
  expect(stage.errors).toEqual([`Failed to make webhook authenticator request: ${message()}`, `Unable to authenticate the request: ${message()}`]);
});

test('a webhook that speaks no TLS is not spoken to', async () => {
  await using stage = await stageWith({ port: portOf(plain) });
  expect((await stage.get()).status).toBe(401);
  expect(stage.errors[0]).toBe(`Failed to make webhook authenticator request: Post "https://127.0.0.1:${portOf(plain)}/who?timeout=30s": http: server gave HTTP response to HTTPS client`);
});
