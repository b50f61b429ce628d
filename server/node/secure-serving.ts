/**
 * What the server listens with, from flags: certificates, protocols, versions and ciphers.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/serving.go (ApplyTo), and the controllers that
 * k8s.io/apiserver/pkg/server/secure_serving.go starts.
 */
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from '../observe/logger.ts';
import type { Flags } from './flags.ts';
import { followFiles } from './follow-files.ts';
import type { KeyPair, KeyPairFiles } from './serving-certificates.ts';
import { loadKeyPair, parseSNIFlag, sniCertificates } from './serving-certificates.ts';
import { tlsOptions } from './tls-options.ts';
import { UsageError } from './usage-error.ts';

/** What may change while the server runs. */
export interface Certificates {
  certificate: KeyPair;
  /** Those for clients that ask for these names. */
  sni: ReadonlyMap<string, KeyPair>;
}

export interface SecureServing extends Certificates {
  tls: SecureContextOptions;
  /** Without it clients get HTTP/1.1. */
  http2?: { maxStreams: number };
  /** Whether others may listen on the same port. */
  reusePort: boolean;
}

/** As clients take it to be while nothing is said: more would let one open many streams before it hears of the limit. */
const MAX_STREAMS = 100;

export async function secureServingFromFlags(flags: Flags, certificate: KeyPair): Promise<SecureServing> {
  const http2 = !flags['disable-http2-serving'];
  const names = { cipherSuites: flags['tls-cipher-suites'], minVersion: flags['tls-min-version'], curvePreferences: flags['tls-curve-preferences'] };
  return {
    certificate,
    sni: await sniCertificates(flags['tls-sni-cert-key'].map(parseSNIFlag)),
    tls: tlsOptions(names, http2),
    ...(http2 && { http2: { maxStreams: flags['http2-max-streams-per-connection'] || MAX_STREAMS } }),
    reusePort: flags['permit-port-sharing'],
  };
}

/** Calls `set` with what has changed in files; answers what ends that. */
export function followCertificates(flags: Flags, set: (changed: Partial<Certificates>) => void, log: Logger): () => void {
  const pair = keyPairFiles(flags);
  const sni = flags['tls-sni-cert-key'].map(parseSNIFlag);
  const follow = (files: readonly KeyPairFiles[], load: () => Promise<Partial<Certificates>>) =>
    followFiles(files.flatMap(({ certFile, keyFile }) => [certFile, keyFile]), load, set, (err) => log.error(err, 'Unable to load the serving certificate'));
  const stops = [
    ...(pair ? [follow([pair], async () => ({ certificate: await loadKeyPair(pair, `the certificate of ${pair.certFile}`) }))] : []),
    follow(sni.map(({ files }) => files), async () => ({ sni: await sniCertificates(sni) })),
  ];
  return () => stops.forEach((stop) => stop());
}

export function keyPairFiles(flags: Flags): KeyPairFiles | undefined {
  const { 'tls-cert-file': certFile, 'tls-private-key-file': keyFile } = flags;
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  if (certFile !== undefined || keyFile !== undefined) throw new UsageError('--tls-cert-file and --tls-private-key-file go together');
  return undefined;
}
