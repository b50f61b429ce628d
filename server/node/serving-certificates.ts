/**
 * Certificates to serve, from files: the one that all clients see, those for names, and the first read again when its
 * files change.
 *
 * Upstream: k8s.io/apiserver/pkg/server/dynamiccertificates and component-base/cli/flag/namedcertkey_flag.go. Leaves out
 * reading those for names again.
 */
import { X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Logger } from '../observe/logger.ts';
import { UsageError } from './usage-error.ts';

export interface KeyPair {
  cert: string;
  key: string;
}

export interface NamedKeyPair extends KeyPair {
  name: string;
}

export interface KeyPairFiles {
  certFile: string;
  keyFile: string;
}

/** Throws a UsageError that says `what` cannot be served. */
export async function loadKeyPair({ certFile, keyFile }: KeyPairFiles, what: string): Promise<KeyPair> {
  try {
    const pair = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (err) {
    throw new UsageError(`${what} cannot be served: ${err instanceof Error ? err.message : String(err)}`);
  }
}

/** `cert.pem,key.pem:name,*.name`; without names, those that the certificate has. Ordered so that of those that fit the last is meant. */
export async function sniCertificates(flags: readonly string[]): Promise<NamedKeyPair[]> {
  const pairs = await Promise.all(flags.map(sniCertificate));
  // of the same kind the first is meant, explicit names before those of a certificate, and names before patterns
  const all = pairs.reverse().flat();
  return [true, false].flatMap((pattern) => [false, true].flatMap((explicit) => all.filter((one) => one.explicit === explicit && one.name.includes('*') === pattern)));
}

async function sniCertificate(flag: string): Promise<(NamedKeyPair & { explicit: boolean })[]> {
  const [, files = flag, names = ''] = /^(.*):([^:]*)$/s.exec(flag) ?? [];
  const [certFile, keyFile, ...others] = files.split(',');
  if (!certFile || !keyFile || others.length > 0) throw new UsageError(`--tls-sni-cert-key: expected comma separated certificate and key file paths, found ${flag}`);
  const pair = await loadKeyPair({ certFile, keyFile }, `--tls-sni-cert-key ${flag}`);
  const explicit = names !== '';
  return (explicit ? names.split(',') : namesOf(pair)).map((name) => ({ ...pair, name, explicit }));
}

/** Its common name is one of them only where it says no others. */
function namesOf({ cert }: KeyPair): string[] {
  const { subject, subjectAltName = '' } = new X509Certificate(cert);
  const alternative = [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name!);
  const common = /^CN=(\S+)$/m.exec(subject)?.[1];
  return alternative.length > 0 || common === undefined ? alternative : [common];
}

/** How often the files are looked at: a link that leads elsewhere is seen, too. */
const INTERVAL = 1000;

/** Calls `use` with what the files hold when they have changed. What cannot be served leaves all as it is. */
export function followKeyPair(files: KeyPairFiles, use: (pair: KeyPair) => void, log: Logger): () => void {
  const reload = () => void loadKeyPair(files, `the certificate of ${files.certFile}`).then(use, (err: unknown) => log.error(err, 'Unable to load the serving certificate'));
  const names = [files.certFile, files.keyFile];
  for (const name of names) watchFile(name, { interval: INTERVAL, persistent: false }, reload);
  return () => names.forEach((name) => unwatchFile(name, reload));
}
