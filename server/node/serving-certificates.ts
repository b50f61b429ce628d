/**
 * Certificates to serve, from files: the one that all clients see, and those for names.
 *
 * Upstream: k8s.io/apiserver/pkg/server/dynamiccertificates (BuildNamedCertificates of tlsconfig.go) and
 * component-base/cli/flag/namedcertkey_flag.go. Leaves out certificates for addresses, which only clients without a name
 * would be shown.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { UsageError } from './usage-error.ts';

export interface KeyPair {
  cert: string;
  key: string;
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

/** A value of `--tls-sni-cert-key`: `cert.pem,key.pem:name,*.name`. */
interface SNIFlag {
  value: string;
  files: KeyPairFiles;
  /** Without any, those that the certificate has. */
  names: string[];
}

export function parseSNIFlag(value: string): SNIFlag {
  const [, files = value, names = ''] = /^(.*):([^:]*)$/s.exec(value) ?? [];
  const [certFile, keyFile, ...others] = files.split(',');
  if (!certFile || !keyFile || others.length > 0) throw new UsageError(`--tls-sni-cert-key: expected comma separated certificate and key file paths, found ${value}`);
  return { value, files: { certFile, keyFile }, names: names === '' ? [] : names.split(',') };
}

/** By name, and by `*.name`. Of several the first is meant, and names that are given before those of a certificate. */
export async function sniCertificates(flags: readonly SNIFlag[]): Promise<Map<string, KeyPair>> {
  const loaded = await Promise.all(flags.map(async ({ value, files, names }) => ({ names, pair: await loadKeyPair(files, `--tls-sni-cert-key ${value}`) })));
  const named = (each: (one: (typeof loaded)[number]) => string[]) => loaded.toReversed().flatMap((one) => each(one).map((name): [string, KeyPair] => [name, one.pair]));
  return new Map([...named(({ names, pair }) => (names.length > 0 ? [] : namesOf(pair))), ...named(({ names }) => names)]);
}

function namesOf({ cert }: KeyPair): string[] {
  const { subject, subjectAltName = '' } = new X509Certificate(cert);
  const common = /^CN=(\S+)$/m.exec(subject)?.slice(1) ?? [];
  return [...common.filter((name) => isIP(name) === 0), ...[...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name!)];
}

/** What there is for a name that a client asks for. */
export function forServerName<T>(byName: ReadonlyMap<string, T>, serverName: string): T | undefined {
  const name = serverName.toLowerCase();
  return byName.get(name) ?? byName.get(name.replace(/^[^.]*/, '*'));
}
