/**
 * Certificate authorities of our own, the server certificate that one signs and the client certificates that the other
 * does; all are kept between runs.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/serving.go (MaybeDefaultWithSelfSignedCerts), which signs one
 * certificate by itself; a CA lets clients keep their trust when the certificate changes. Client certificates are made
 * by kubeadm (admin.conf).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
// what x509 is built on needs it
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { UserInfo } from '../authentication/interfaces.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** Names by which clients on this machine and in a cluster know the server. */
const NAMES = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', '127.0.0.1', '::1', '10.0.0.1'];

export interface ServingCertificate {
  ca: string;
  cert: string;
  key: string;
  caFile: string;
}

/** Reads the CA and certificate in `dir`, or makes what is missing, has expired, or does not cover `addresses`. */
export async function servingCertificate(dir: string, addresses: string[]): Promise<ServingCertificate> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(dir, name);
  const ca = (await load(file('ca.crt'), file('ca.key'))) ?? (await save(file('ca.crt'), file('ca.key'), await newAuthority('journey-ca')));
  const names = [...new Set([...NAMES, ...addresses])];
  let server = await load(file('apiserver.crt'), file('apiserver.key'));
  if (!server || !covers(server, ca, addresses)) server = await save(file('apiserver.crt'), file('apiserver.key'), await newServerCertificate(ca, names));
  return { ca: ca.cert.toString('pem'), cert: server.cert.toString('pem'), key: server.keyPem, caFile: file('ca.crt') };
}

export interface ClientCertificate {
  ca: string;
  cert: string;
  key: string;
}

/** Reads the CA of clients in `dir` and the certificate of `user`, or makes what is missing, has expired, or is another's. */
export async function clientCertificate(dir: string, user: UserInfo): Promise<ClientCertificate> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(dir, name);
  const ca = (await load(file('client-ca.crt'), file('client-ca.key'))) ?? (await save(file('client-ca.crt'), file('client-ca.key'), await newAuthority('journey-client-ca')));
  const files = [file(`${user.name}.crt`), file(`${user.name}.key`)] as const;
  let client = await load(...files);
  if (client?.cert.issuer !== ca.cert.subject) client = await save(...files, await newClientCertificate(ca, user));
  return { ca: `${ca.cert.toString('pem')}\n`, cert: client.cert.toString('pem'), key: client.keyPem };
}

interface Pair {
  cert: x509.X509Certificate;
  keyPem: string;
}

async function load(certFile: string, keyFile: string): Promise<Pair | undefined> {
  try {
    const cert = new x509.X509Certificate(await readFile(certFile, 'utf8'));
    return cert.notAfter.getTime() > Date.now() ? { cert, keyPem: await readFile(keyFile, 'utf8') } : undefined;
  } catch {
    return undefined;
  }
}

async function save(certFile: string, keyFile: string, pair: Pair): Promise<Pair> {
  await writeFile(keyFile, pair.keyPem, { mode: 0o600 });
  await writeFile(certFile, pair.cert.toString('pem'));
  return pair;
}

function covers({ cert }: Pair, ca: Pair, addresses: string[]): boolean {
  const names = cert.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.map(({ value }) => value) ?? [];
  return cert.issuer === ca.cert.subject && addresses.every((address) => names.includes(address));
}

async function newAuthority(name: string): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    // a serial in the name keeps a new CA from being taken for an old one that a client still trusts
    name: `CN=${name}@${Math.floor(Date.now() / 1000)}`,
    notAfter: new Date(Date.now() + 10 * YEAR_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true)],
  });
  return { cert, keyPem: await exportKey(keys.privateKey) };
}

function newServerCertificate(ca: Pair, names: string[]): Promise<Pair> {
  return newCertificate(ca, [{ CN: ['kube-apiserver'] }], [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names.map((value): x509.JsonGeneralName => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
  ]);
}

function newClientCertificate(ca: Pair, { name, groups }: UserInfo): Promise<Pair> {
  return newCertificate(ca, [{ CN: [name] }, ...groups.map((group) => ({ O: [group] }))], [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]);
}

async function newCertificate(ca: Pair, subject: x509.JsonName, extensions: x509.Extension[]): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.create({
    subject,
    issuer: ca.cert.subject,
    notAfter: new Date(Date.now() + YEAR_MS),
    signingKey: await importKey(ca.keyPem),
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM,
    extensions,
  });
  return { cert, keyPem: await exportKey(keys.privateKey) };
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, true, ['sign']);
}
