/** Clients that are known by a certificate, by a front proxy, by a webhook: over the wire, with files as flags name them. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpsRequest } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { FOR_CLIENTS, newTestAuthority, newTestCertificate } from '../../server/authentication/x509/testing.ts';
import type { TestCertificate } from '../../server/authentication/x509/testing.ts';
import { servingCertificate } from '../../server/node/certificates.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';

const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
const WHOAMI = 'create --raw /apis/authentication.k8s.io/v1/selfsubjectreviews -f -';
const dir = mkdtempSync(join(tmpdir(), 'authentication-'));
const base64 = (text: string) => Buffer.from(text).toString('base64');
const userOf = (answer: string): unknown => (JSON.parse(answer) as { status: { userInfo: unknown } }).status.userInfo;

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

function kubeconfig(name: string, server: string, ca: string, user: object): string {
  return file(name, stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(ca) } }], users: [{ name, user }], contexts: [{ name, context: { cluster: name, user: name } }], 'current-context': name }));
}

describe('a stage as it is', () => {
  let stage: StageProcess;
  const kubectl = newKubectl(() => stage);
  beforeAll(async () => void (stage = await startStage('apiserver')));
  afterAll(async () => void (await stage.stop()));

  test('writes a kubeconfig with a certificate of an administrator', async () => {
    expect(userOf(await kubectl(`${WHOAMI} --context=apiserver-kubernetes-admin`, REVIEW))).toEqual({
      username: 'kubernetes-admin',
      groups: ['system:masters', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] },
    });
    expect(await kubectl('create configmap by-certificate --context=apiserver-kubernetes-admin')).toBe('configmap/by-certificate created\n');
  });

  test('goes on knowing it after a restart, and says which authority it is of', async () => {
    await stage.restart();
    expect(await kubectl('auth can-i delete nodes --context=apiserver-kubernetes-admin')).toMatch(/^yes$/m);
    const { data } = JSON.parse(await kubectl('get configmap extension-apiserver-authentication -n kube-system -o json')) as { data: object };
    expect(data).toEqual({ 'client-ca-file': readFileSync(join(stage.dir, 'certs/client-ca.crt'), 'utf8').trim() + '\n' });
  });
});

describe('a stage with authenticators by flags', () => {
  let stage: StageProcess;
  let webhook: Server;
  let webhookFails = false;
  const reviews: { token: string; audiences: string[] }[] = [];
  let authority: TestCertificate;
  let bob: TestCertificate;
  let between: TestCertificate;
  let proxy: TestCertificate;
  const kubectl = newKubectl(() => stage);

  beforeAll(async () => {
    authority = await newTestAuthority('clients');
    between = await newTestAuthority('between', { issuer: authority });
    bob = await newTestCertificate({ subject: [{ CN: ['bob'] }, { O: ['dev', 'ops'] }], issuer: between, extensions: [FOR_CLIENTS] });
    const proxies = await newTestAuthority('proxies');
    proxy = await newTestCertificate({ subject: [{ CN: ['front'] }], issuer: proxies, extensions: [FOR_CLIENTS] });

    const { cert, key, ca } = await servingCertificate(join(dir, 'certs'), ['127.0.0.1']);
    webhook = createServer({ cert, key }, (req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        const { apiVersion, kind, spec } = JSON.parse(body) as { apiVersion: string; kind: string; spec: { token: string; audiences: string[] } };
        reviews.push(spec);
        if (webhookFails) return res.end('<html>');
        const known = spec.token === 'remote-secret' && { authenticated: true, user: { username: 'dave', uid: 'd1', groups: ['far'], extra: { where: ['away'] } } };
        res.end(JSON.stringify({ apiVersion, kind, status: known || { authenticated: false } }));
      });
    });
    webhook.listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    const server = `https://127.0.0.1:${(webhook.address() as AddressInfo).port}/authenticate`;

    stage = await startStage('apiserver', [
      `--client-ca-file=${file('clients.crt', authority.pem)}`,
      `--requestheader-client-ca-file=${file('proxies.crt', proxies.pem)}`,
      '--requestheader-allowed-names=front',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      `--authentication-token-webhook-config-file=${kubeconfig('webhook', server, ca, {})}`,
      '--authentication-token-webhook-version=v1',
      `--audit-policy-file=${file('audit.yaml', stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'RequestResponse' }] }))}`,
      `--audit-log-path=${join(dir, 'audit.log')}`,
    ]);
  });
  afterAll(async () => {
    await stage.stop();
    webhook.closeAllConnections();
    webhook.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const withCertificate = (name: string, chain: TestCertificate[]) =>
    `--kubeconfig=${kubeconfig(name, stage.url, stage.ca, { 'client-certificate-data': base64(chain.map(({ pem }) => pem).join('')), 'client-key-data': base64(chain[0]!.key) })}`;

  /** Who the server says that a client is; 401 where nobody. */
  function whoami(chain: TestCertificate[], headers: Record<string, string | string[]> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const certificate = chain.length > 0 && { cert: chain.map(({ pem }) => pem).join(''), key: chain[0]!.key };
      const req = httpsRequest({ host: '127.0.0.1', port: stage.port, ca: stage.ca, ...certificate, method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', agent: false, headers: { 'content-type': 'application/json', ...headers } }, (res) => {
        let body = '';
        res.on('data', (chunk: Buffer) => (body += chunk.toString()));
        res.on('end', () => resolve(res.statusCode === 201 ? userOf(body) : res.statusCode));
      });
      req.on('error', reject);
      req.end(JSON.stringify(REVIEW));
    });
  }

  test('kubectl is known by its certificate, through an authority between', async () => {
    expect(userOf(await kubectl(`${WHOAMI} ${withCertificate('bob', [bob, between])}`, REVIEW))).toMatchObject({ username: 'bob', groups: ['dev', 'ops', 'system:authenticated'] });
    expect(await kubectl.fails(`get pods ${withCertificate('bob', [bob, between])}`)).toBe('Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"\n');
  });

  test('a bad certificate is let through to an answer of 401, and logged', async () => {
    const late = await newTestCertificate({ subject: [{ CN: ['late'] }, { O: ['system:masters'] }], issuer: authority, notAfter: Date.now() - 1000 });
    const own = await newTestCertificate({ subject: [{ CN: ['own'] }, { O: ['system:masters'] }] });
    expect(await whoami([late])).toBe(401);
    expect(await whoami([own])).toBe(401);
    expect(await whoami([bob])).toBe(401);
    expect(await kubectl.fails(`get pods ${withCertificate('late', [late])}`)).toMatch(/You must be logged in to the server/);
    await expect.poll(() => stage.stderr()).toMatch(/ Unable to authenticate the request: \[x509: certificate has expired or is not yet valid: .*, verifying certificate SN=\d+, SKID=, AKID= failed: x509: certificate has expired or is not yet valid: /);
    await expect.poll(() => stage.stderr()).toMatch(/failed: x509: certificate signed by unknown authority\]$/m);
  });

  test('a bad certificate does no harm beside a good token', async () => {
    expect(await whoami([bob], { authorization: `Bearer ${stage.tokens.alice}` })).toMatchObject({ username: 'alice' });
  });

  test('authorities that come into the file while the server runs are believed, and published', async () => {
    const later = await newTestAuthority('later');
    const eve = await newTestCertificate({ subject: [{ CN: ['eve'] }], issuer: later, extensions: [FOR_CLIENTS] });
    expect(await whoami([eve])).toBe(401);
    file('clients.crt', authority.pem + later.pem);
    await expect.poll(() => whoami([eve])).toMatchObject({ username: 'eve' });
    await expect.poll(() => kubectl("get configmap extension-apiserver-authentication -n kube-system -o jsonpath={.data.client-ca-file}")).toBe(authority.pem + later.pem);
  });

  test('a front proxy says who its clients are, and nobody else does', async () => {
    const headers = { 'X-Remote-User': 'erin', 'X-Remote-Group': ['a, b', 'c'], 'X-Remote-Extra-Scopes': ['r', 'w'] };
    expect(await whoami([proxy], headers)).toEqual({ username: 'erin', groups: ['a, b', 'c', 'system:authenticated'], extra: { scopes: ['r', 'w'] } });
    expect(await whoami([bob, between], headers)).toMatchObject({ username: 'bob' });
    expect(await whoami([], { ...headers, authorization: `Bearer ${stage.tokens.alice}` })).toMatchObject({ username: 'alice', groups: ['system:authenticated'] });
    expect(await whoami([proxy])).toBe(401);
  });

  test('a webhook says whose a token is, and is asked once', async () => {
    const dave = { username: 'dave', uid: 'd1', groups: ['far', 'system:authenticated'], extra: { where: ['away'] } };
    for (let i = 0; i < 3; i++) expect(userOf(await kubectl(`${WHOAMI} --token=remote-secret`, REVIEW))).toEqual(dave);
    expect(reviews.filter(({ token }) => token === 'remote-secret')).toEqual([{ token: 'remote-secret', audiences: ['https://kubernetes.default.svc.cluster.local'] }]);
    for (let i = 0; i < 2; i++) expect(await whoami([], { authorization: 'Bearer nobodys-secret' })).toBe(401);
    expect(reviews.filter(({ token }) => token === 'nobodys-secret')).toHaveLength(1);
    expect(reviews.filter(({ token }) => token === stage.tokens.admin)).toEqual([]);
  });

  test('a webhook that answers garbage lets nobody in', async () => {
    webhookFails = true;
    expect(await whoami([], { authorization: 'Bearer other-secret' })).toBe(401);
    await expect.poll(() => stage.stderr()).toMatch(/ Failed to make webhook authenticator request: couldn't get version\/kind; json parse error: /);
    webhookFails = false;
    expect(await whoami([], { authorization: 'Bearer other-secret' })).toBe(401);
    expect(reviews.filter(({ token }) => token === 'other-secret')).toHaveLength(2);
  });

  test('no token is in the log, in the audit, or in what the lab tells', async () => {
    const lab = await fetch(`${stage.lab}/lab/events?stage=apiserver`, { headers: { 'sec-fetch-site': 'same-origin' } });
    expect(lab.status).toBe(200);
    const told: string[] = [];
    const reader = lab.body!.pipeThrough(new TextDecoderStream()).getReader();
    const reading = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) told.push(part.value);
    })();
    await expect.poll(() => told.length).toBeGreaterThan(0);
    await whoami([], { authorization: 'Bearer remote-secret' });
    await whoami([], { authorization: `Bearer ${stage.tokens.admin}` });
    await whoami([], { authorization: 'Bearer nobodys-secret' });
    await expect.poll(() => told.join('').match(/selfsubjectreviews/g)?.length ?? 0).toBeGreaterThan(2);
    await reader.cancel();
    await reading;
    const audit = readFileSync(join(dir, 'audit.log'), 'utf8');
    expect(audit).toContain('selfsubjectreviews');
    for (const secret of ['remote-secret', 'nobodys-secret', 'other-secret', stage.tokens.admin, stage.tokens.alice]) {
      expect([stage.stderr(), audit, told.join('')].map((each) => each.includes(secret))).toEqual([false, false, false]);
    }
  });
});
