import 'reflect-metadata';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEtcd } from '../../e2e/setup/etcd.ts';
import type { RunningEtcd } from '../../e2e/setup/etcd.ts';
import { EtcdUnavailableError } from '../storage/etcd/client.ts';
import { connectEtcd } from './etcd-client.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface Pair {
  cert: string;
  key: string;
}

/** A certificate for localhost that vouches for itself. */
async function selfSigned(): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: cert.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}

let etcd: RunningEtcd;
let tls: Server;
let endpoint: string;
let server: Pair;
let client: Pair;

/** TLS in front of an etcd that knows nothing of it. */
beforeAll(async () => {
  [etcd, server, client] = await Promise.all([startEtcd(), selfSigned(), selfSigned()]);
  const behind = Number(new URL(etcd.endpoint).port);
  tls = createServer({ ...server, ca: client.cert, requestCert: true, ALPNProtocols: ['h2'] }, (socket) => {
    const inner = connect(behind, '127.0.0.1');
    for (const each of [socket, inner]) each.on('error', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  tls.listen(0, 'localhost');
  await once(tls, 'listening');
  endpoint = `https://localhost:${(tls.address() as AddressInfo).port}`;
}, 30_000);

afterAll(async () => {
  tls.close();
  await etcd.stop();
});

test('etcd behind TLS is reached with its CA and a client certificate', async () => {
  const connected = await connectEtcd({ endpoints: [endpoint], ca: server.cert, ...client });
  expect((await connected.range({ key: 'a' })).count).toBe(0);
  connected.close();
});

test('etcd whose certificate a stranger signed is refused, and the reason said', { timeout: 20_000 }, async () => {
  const failed = connectEtcd({ endpoints: [endpoint], ca: client.cert, ...client, dialTimeout: 1000 });
  await expect(failed).rejects.toThrow(EtcdUnavailableError);
  await expect(failed).rejects.toThrow(/: .*certificate/);
});

test('etcd refuses a client without a certificate', { timeout: 20_000 }, async () => {
  await expect(connectEtcd({ endpoints: [endpoint], ca: server.cert, dialTimeout: 1000 })).rejects.toThrow(EtcdUnavailableError);
});
