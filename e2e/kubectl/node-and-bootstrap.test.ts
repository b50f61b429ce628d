/** Kubelets, machines that join, and tokens out of Secrets: what kubectl may do as one of them. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';

const dir = mkdtempSync(join(tmpdir(), 'nodes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const tokens = join(dir, 'tokens.csv');
writeFileSync(tokens, 'root-token,root,r,system:masters\nkubelet-one,system:node:one,,system:nodes\n');

let stage: StageProcess;
const kubectl = newKubectl(() => stage);
beforeAll(async () => void (stage = await startStage('apiserver', [`--token-auth-file=${tokens}`, '--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction', '--enable-bootstrap-token-auth'])));
afterAll(async () => void (await stage.stop()));

const node = (name: string, labels: object = {}) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
const forbidden = (what: string, why: string) => `Error from server (Forbidden): ${what} is forbidden: ${why}`;

describe('a kubelet', () => {
  const one = (line: string) => `${line} --token=kubelet-one`;

  test('registers its node, as what it is and no other', async () => {
    expect(await kubectl(one('create -f -'), node('one', { 'kubernetes.io/hostname': 'one' }))).toBe('node/one created\n');
    expect(await kubectl.fails(one('create -f -'), node('two'))).toContain('nodes "two" is forbidden: node "one" is not allowed to modify node "two"');
    expect(await kubectl.fails(one('label node one node-restriction.kubernetes.io/team=a'))).toContain(forbidden('nodes "one"', 'is not allowed to modify labels: node-restriction.kubernetes.io/team'));
    expect(await kubectl.fails(one('taint node one node.kubernetes.io/not-ready:NoSchedule-'))).toContain(forbidden('nodes "one"', 'node "one" is not allowed to modify taints'));
    expect(await kubectl(one('label node one rack=7'))).toBe('node/one labeled\n');
  });

  test('ends the Pods on its node, and has tokens for them alone', async () => {
    const pod = (name: string, nodeName: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName, containers: [{ name: 'c', image: 'i' }] } });
    for (const [name, nodeName] of [['here', 'one'], ['there', 'two']] as const) await kubectl('create -f -', pod(name, nodeName));
    const uid = await kubectl("get pod here -o jsonpath='{.metadata.uid}'");
    const bound = one(`create token default --bound-object-kind=Pod --bound-object-name=here --bound-object-uid=${uid}`);
    await expect.poll(() => kubectl(bound)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n?$/);
    expect(await kubectl.fails(`${bound} --audience=vault`)).toContain('serviceaccounts "default" is forbidden: audience "vault" not found in pod spec volume, system:node:one is not authorized to request tokens for this audience');
    expect(await kubectl.fails(one('create token default'))).toContain('serviceaccounts "default" is forbidden: node requested token not bound to a pod');
    expect(await kubectl.fails(one('delete pod there --force'))).toContain('pods "there" is forbidden: node "one" can only delete pods with spec.nodeName set to itself');
    expect(await kubectl(one('delete pod here --force --wait=false'))).toContain('pod "here" force deleted');
    expect(await kubectl.fails(one('create -f -'), pod('new', 'one'))).toContain('pods "new" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods');
  });
});

describe('a machine that joins', () => {
  const secret = (id: string, data: object) => ({ apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' }, stringData: { 'token-id': id, 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', ...data } });
  const whoami = (token: string) => `auth whoami -o json --token=${token}`;

  test('is known by its token', async () => {
    await kubectl('create -f -', secret('abcdef', { 'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token' }));
    expect(JSON.parse(await kubectl(whoami('abcdef.0123456789abcdef')))).toMatchObject({
      status: { userInfo: { username: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token', 'system:authenticated'] } },
    });
  });

  test('is nobody by another, by one whose time is up, and by one for something else', async () => {
    await kubectl('create -f -', secret('ghijkl', { expiration: '2020-01-01T00:00:00Z' }));
    await kubectl('create -f -', secret('mnopqr', { 'usage-bootstrap-authentication': 'false' }));
    for (const token of ['abcdef.0123456789abcdee', 'stuvwx.0123456789abcdef', 'ghijkl.0123456789abcdef', 'mnopqr.0123456789abcdef']) {
      expect(await kubectl.fails(whoami(token))).toContain('You must be logged in to the server (Unauthorized)');
    }
  });
});

describe('a token out of a Secret', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  async function tokenOf(uid: string): Promise<string> {
    const key = createPrivateKey(readFileSync(join(stage.dir, 'certs/service-account.key')));
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const kid = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(spki))).toString('base64url');
    const about = 'kubernetes.io/serviceaccount';
    const claims = { iss: 'kubernetes/serviceaccount', [`${about}/namespace`]: 'default', [`${about}/secret.name`]: 'old', [`${about}/service-account.name`]: 'robot', [`${about}/service-account.uid`]: uid, sub: 'system:serviceaccount:default:robot' };
    const signed = `${part({ alg: 'RS256', kid })}.${part(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  test('is noted on the day when it is used', async () => {
    await kubectl('create serviceaccount robot');
    const token = await tokenOf(await kubectl("get serviceaccount robot -o jsonpath='{.metadata.uid}'"));
    await kubectl('create -f -', { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: { name: 'old', annotations: { 'kubernetes.io/service-account.name': 'robot' } }, stringData: { token } });

    expect(await kubectl(`auth whoami --token=${token}`)).toContain('system:serviceaccount:default:robot');
    expect(await kubectl("get secret old -o jsonpath='{.metadata.labels}'")).toMatch(/^\{"kubernetes\.io\/legacy-token-last-used":"\d{4}-\d\d-\d\d"\}$/);
    expect(await kubectl("get configmap -n kube-system kube-apiserver-legacy-service-account-token-tracking -o jsonpath='{.data.since}'")).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

test('a page shows its token in the protocols of a websocket', async () => {
  const ask = (token: string) =>
    new Promise<string>((resolve, reject) => {
      const protocols = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}, v4.channel.k8s.io`;
      const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Protocol': protocols };
      request(`${stage.url}/api/v1/nodes/none`, { headers, rejectUnauthorized: false }, (res) => {
        let body = '';
        res.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => resolve(body));
      }).on('error', reject).end();
    });
  expect(JSON.parse(await ask('root-token'))).toMatchObject({ code: 404, message: 'nodes "none" not found' });
  expect(JSON.parse(await ask('kubelet-one'))).toMatchObject({ code: 403, message: expect.stringContaining('User "system:node:one" cannot get resource "nodes"') });
  expect(JSON.parse(await ask('guess'))).toMatchObject({ code: 401 });
});

describe('a file of authorizers', () => {
  const file = join(dir, 'authorization.yaml');
  const write = (...authorizers: { type: string; name: string }[]) => writeFileSync(file, JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration', authorizers }));
  const rbac = { type: 'RBAC', name: 'rbac' };
  let other: StageProcess;
  const kubectl = newKubectl(() => other);
  beforeAll(async () => {
    write(rbac);
    other = await startStage('apiserver', [`--authorization-config=${file}`]);
  });
  afterAll(async () => void (await other.stop()));

  test('decides anew when it changes, and as before where it is broken', async () => {
    const may = async () => (await kubectl.run(`auth can-i delete nodes --token=${other.tokens.alice}`)).stdout.trim();
    expect(await may()).toBe('no');
    write(rbac, { type: 'AlwaysAllow', name: 'alwaysallow' });
    await expect.poll(() => may()).toBe('yes');
    write({ type: 'AlwaysAllow', name: 'alwaysallow' });
    await expect.poll(() => other.stderr()).toContain('reloading authorization config: missing required types: [RBAC]');
    expect(await may()).toBe('yes');
    write(rbac);
    await expect.poll(() => may()).toBe('no');
  });
});
