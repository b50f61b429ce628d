/** An etcd that speaks TLS only, and only with those who show a certificate that it knows. */
import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import { create } from './ask.ts';

const dir = mkdtempSync(join(tmpdir(), 'etcd-tls-'));
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Files of a certificate for this machine that vouches for itself, and of its key. */
async function selfSigned(name: string): Promise<{ cert: string; key: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({ name: `CN=${name}`, keys, signingAlgorithm: algorithm, extensions: [names] });
  const files = { cert: join(dir, `${name}.crt`), key: join(dir, `${name}.key`) };
  writeFileSync(files.cert, made.toString('pem'));
  writeFileSync(files.key, x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'));
  return files;
}

let etcd: RunningEtcd;
let flags: string[];

beforeAll(async () => {
  const [server, client] = await Promise.all([selfSigned('server'), selfSigned('client')]);
  etcd = await startEtcd({ tls: { ...server, clientCA: client.cert } });
  flags = [`--etcd-servers=${etcd.endpoint}`, `--etcd-cafile=${server.cert}`, `--etcd-certfile=${client.cert}`, `--etcd-keyfile=${client.key}`];
});
afterAll(async () => {
  await etcd.stop();
  rmSync(dir, { recursive: true });
});

test('is reached with the certificates that flags name, also after it was away', async () => {
  const stage = await startStage('storage', flags);
  expect(await create(stage, 'a')).toMatchObject({ status: 201 });
  await etcd.restart();
  await expect.poll(() => create(stage, 'b')).toMatchObject({ status: 201 });
  await stage.stop();
});
