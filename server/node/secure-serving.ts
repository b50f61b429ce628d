/**
 * What the server listens with, from flags: certificates, protocols, versions and ciphers.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/serving.go (ApplyTo).
 */
import type { SecureContextOptions } from 'node:tls';
import type { Flags } from './flags.ts';
import type { KeyPair, NamedKeyPair } from './serving-certificates.ts';
import { sniCertificates } from './serving-certificates.ts';
import { tlsOptions } from './tls-options.ts';

export interface SecureServing {
  certificate: KeyPair;
  /** Those for clients that ask for these names. */
  sni: NamedKeyPair[];
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
    sni: await sniCertificates(flags['tls-sni-cert-key']),
    tls: tlsOptions(names, http2),
    ...(http2 && { http2: { maxStreams: flags['http2-max-streams-per-connection'] || MAX_STREAMS } }),
    reusePort: flags['permit-port-sharing'],
  };
}
