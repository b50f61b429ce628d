import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { clientCertificate, servingCertificate } from './certificates.ts';
import { loadWebhookClient } from './webhook-client.ts';

const dir = mkdtempSync(join(tmpdir(), 'webhook-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const serving = await servingCertificate(dir, ['127.0.0.1']);
const { ca: clientCA, ...own } = await clientCertificate(dir, { name: 'webhooks', groups: [] });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const FLAG = 'authentication-token-webhook-config-file';

let close = () => undefined as unknown;
afterEach(() => close());

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer({ ...serving, ca: clientCA, requestCert: true, rejectUnauthorized: false }, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => (server.closeAllConnections(), server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function configFile(cluster: object, user: object = {}): string {
  const file = join(dir, 'config');
  writeFileSync(file, stringify({ kind: 'Config', apiVersion: 'v1', clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user }], contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' }));
  return file;
}

const client = (cluster: object, user?: object) => loadWebhookClient(FLAG, configFile(cluster, user));
const trusted = { 'certificate-authority-data': base64(serving.ca) };
const soon = () => AbortSignal.timeout(10_000);

describe('the client of a webhook', () => {
  const echo: RequestListener = (req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => res.end(JSON.stringify({ url: req.url, method: req.method, headers: req.headers, body, peer: (req.socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody' })));
  };

  test.each<[string, object, object]>([
    ['no credentials', {}, { peer: 'nobody' }],
    ['a token', { token: 't' }, { headers: { authorization: 'Bearer t' } }],
    ['a token from a file', { tokenFile: 'token' }, { headers: { authorization: 'Bearer from-file' } }],
    ['a password', { username: 'u', password: 'p' }, { headers: { authorization: `Basic ${base64('u:p')}` } }],
    ['a certificate', { 'client-certificate-data': base64(own.cert), 'client-key-data': base64(own.key) }, { peer: 'webhooks' }],
    ['a certificate from files', { 'client-certificate': 'webhooks.crt', 'client-key': 'webhooks.key' }, { peer: 'webhooks' }],
  ])('shows %s', async (_what, user, seen) => {
    writeFileSync(join(dir, 'token'), 'from-file\n');
    const post = await client({ server: `${await serve(echo)}/review/`, ...trusted }, user);
    const { status, body } = await post('{}', soon());
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ url: '/review?timeout=30s', method: 'POST', body: '{}', headers: { 'content-type': 'application/json', accept: 'application/json, */*' }, ...seen });
  });

  test('does not believe a webhook of an authority that it does not know, unless it is told to', async () => {
    const server = await serve(echo);
    await expect((await client({ server, 'certificate-authority-data': base64(clientCA) }))('{}', soon())).rejects.toThrow(/^Post "https:\/\/127\.0\.0\.1:\d+\/\?timeout=30s": tls: failed to verify certificate: x509: certificate signed by unknown authority$/);
    expect((await (await client({ server, 'insecure-skip-tls-verify': true }))('{}', soon())).status).toBe(200);
  });

  test('knows a webhook by another name', async () => {
    const server = await serve(echo);
    expect((await (await client({ server, ...trusted, 'tls-server-name': 'localhost' }))('{}', soon())).status).toBe(200);
    await expect((await client({ server, ...trusted, 'tls-server-name': 'example.org' }))('{}', soon())).rejects.toThrow(/: tls: failed to verify certificate: x509: certificate is not valid for 127\.0\.0\.1$/);
  });

  test.each([[301, 'GET', ''], [307, 'POST', '{}']])('goes where it is sent on to by %i, with a %s', async (status, method, body) => {
    const server = await serve((req, res) => (req.url === '/elsewhere' ? echo(req, res) : res.writeHead(status, { location: '/elsewhere' }).end()));
    expect(JSON.parse((await (await client({ server, ...trusted }, { token: 't' }))('{}', soon())).body)).toMatchObject({ url: '/elsewhere', method, body, headers: { authorization: 'Bearer t' } });
  });

  test('does not go in circles', async () => {
    const server = await serve((_req, res) => void res.writeHead(302, { location: '/again' }).end());
    await expect((await client({ server, ...trusted }))('{}', soon())).rejects.toThrow(/^Post "\/again": stopped after 10 redirects$/);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['says nothing', () => undefined, /: context deadline exceeded$/],
    ['stops in the middle', (_req, res) => void res.write('{'), /: context deadline exceeded$/],
    ['hangs up', (req) => void req.socket.destroy(), /: EOF$/],
    ['hangs up in the middle', (req, res) => void (res.write('{'), setTimeout(() => req.socket.destroy(), 20)), /: unexpected EOF$/],
    ['does not come to an end', (_req, res) => {
      const timer = setInterval(() => res.write('x'.repeat(1024 * 1024)), 1);
      res.on('close', () => clearInterval(timer));
    }, /: http: response body too large$/],
  ])('gives up on a webhook that %s', async (_what, handler, message) => {
    const post = await client({ server: await serve(handler), ...trusted });
    await expect(post('{}', AbortSignal.timeout(message.source.includes('deadline') ? 100 : 10_000))).rejects.toThrow(message);
  });
});

describe('a kubeconfig of a webhook is refused', () => {
  const server = 'https://127.0.0.1:1';
  test.each<[string, () => string, RegExp]>([
    ['that is not there', () => join(dir, 'none'), /none: ENOENT/],
    ['that is no YAML', () => (writeFileSync(join(dir, 'bad'), 'a: [\nb'), join(dir, 'bad')), /bad: .*line 2/],
    ['that is empty', () => (writeFileSync(join(dir, 'empty'), ''), join(dir, 'empty')), /empty: current-context: /],
    ['that names no server', () => configFile({}), /config: clusters\.0\.cluster\.server: a server is required$/],
    ['whose server is no URL', () => configFile({ server: 'webhook' }), /clusters\.0\.cluster\.server: must be a URL/],
    ['whose authority is not there', () => configFile({ server, 'certificate-authority': 'none.crt' }), /config: ENOENT.*none\.crt/],
    ['with a certificate without a key', () => configFile({ server }, { 'client-certificate-data': base64(serving.cert) }), /users\.u: client-certificate and client-key go together$/],
    ['with a certificate that is none', () => configFile({ server }, { 'client-certificate-data': base64('x'), 'client-key-data': base64('y') }), /config: error:/],
    ['with credentials out of a program', () => configFile({ server }, { exec: { command: 'x' } }), /users\.0\.user\.exec: credentials out of programs are not supported$/],
    ['with a proxy', () => configFile({ server, 'proxy-url': 'http://x' }), /clusters\.0\.cluster\.proxy-url: proxies are not supported$/],
    ['whose context is not there', () => (writeFileSync(join(dir, 'lost'), 'current-context: x'), join(dir, 'lost')), /contexts: there is no context "x"$/],
  ])('%s', async (_what, file, message) => {
    const refused = loadWebhookClient(FLAG, file());
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(/^--authentication-token-webhook-config-file: [^\n]*$/);
  });
});
