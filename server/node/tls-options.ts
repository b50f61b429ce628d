/**
 * Versions, ciphers and curves of TLS, under the names that Go gives them. What is not said is as Go has it.
 *
 * Upstream: k8s.io/component-base/cli/flag (ciphersuites_flag.go) and the defaults of Go's crypto/tls. Leaves out RC4 and
 * 3DES, which OpenSSL has no more.
 */
import type { SecureContextOptions } from 'node:tls';
import { UsageError } from './usage-error.ts';

/** No choice is given here: Go always offers these. */
const TLS13_CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** OpenSSL's names, the best first; `false` for those that are only used when asked for. */
const CIPHERS: Record<string, [openSSL: string, byDefault: boolean]> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: ['ECDHE-ECDSA-AES128-GCM-SHA256', true],
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: ['ECDHE-RSA-AES128-GCM-SHA256', true],
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: ['ECDHE-ECDSA-AES256-GCM-SHA384', true],
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: ['ECDHE-RSA-AES256-GCM-SHA384', true],
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: ['ECDHE-ECDSA-CHACHA20-POLY1305', true],
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: ['ECDHE-ECDSA-CHACHA20-POLY1305', true],
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: ['ECDHE-RSA-CHACHA20-POLY1305', true],
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: ['ECDHE-RSA-CHACHA20-POLY1305', true],
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: ['ECDHE-ECDSA-AES128-SHA', true],
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: ['ECDHE-RSA-AES128-SHA', true],
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: ['ECDHE-ECDSA-AES256-SHA', true],
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: ['ECDHE-RSA-AES256-SHA', true],
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256: ['ECDHE-ECDSA-AES128-SHA256', false],
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: ['ECDHE-RSA-AES128-SHA256', false],
  TLS_RSA_WITH_AES_128_GCM_SHA256: ['AES128-GCM-SHA256', false],
  TLS_RSA_WITH_AES_256_GCM_SHA384: ['AES256-GCM-SHA384', false],
  TLS_RSA_WITH_AES_128_CBC_SHA256: ['AES128-SHA256', false],
  TLS_RSA_WITH_AES_128_CBC_SHA: ['AES128-SHA', false],
  TLS_RSA_WITH_AES_256_CBC_SHA: ['AES256-SHA', false],
};

const REQUIRED_BY_HTTP2 = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];

/** By IANA's numbers, the best first. */
const CURVES = new Map([[4588, 'X25519MLKEM768'], [4587, 'SecP256r1MLKEM768'], [4589, 'SecP384r1MLKEM1024'], [29, 'X25519'], [23, 'P-256'], [24, 'P-384'], [25, 'P-521']]);

const TLS_VERSIONS = { VersionTLS10: 'TLSv1', VersionTLS11: 'TLSv1.1', VersionTLS12: 'TLSv1.2', VersionTLS13: 'TLSv1.3' } as const;

interface TLSNames {
  cipherSuites: readonly string[];
  minVersion: keyof typeof TLS_VERSIONS;
  curvePreferences: readonly number[];
}

/** Throws a UsageError for a name that is unknown, and for ciphers with which there could be no HTTP/2. */
export function tlsOptions({ cipherSuites, minVersion, curvePreferences }: TLSNames, http2: boolean): SecureContextOptions {
  const unknownCipher = cipherSuites.find((name) => !(name in CIPHERS) && !TLS13_CIPHERS.includes(name));
  if (unknownCipher !== undefined) throw new UsageError(`--tls-cipher-suites: Cipher suite ${unknownCipher} not supported or doesn't exist`);
  if (http2 && cipherSuites.length > 0 && minVersion !== 'VersionTLS13' && !cipherSuites.some((name) => REQUIRED_BY_HTTP2.includes(name))) {
    throw new UsageError(`--tls-cipher-suites: HTTP/2 requires one of ${REQUIRED_BY_HTTP2.join(', ')}`);
  }
  const unknownCurve = curvePreferences.find((id) => !CURVES.has(id));
  if (unknownCurve !== undefined) throw new UsageError(`--tls-curve-preferences: curve ${unknownCurve} not supported or doesn't exist`);
  const wanted = Object.entries(CIPHERS).filter(([name, [, byDefault]]) => (cipherSuites.length > 0 ? cipherSuites.includes(name) : byDefault));
  const old = minVersion === 'VersionTLS10' || minVersion === 'VersionTLS11';
  return {
    minVersion: TLS_VERSIONS[minVersion],
    ciphers: [...new Set([...TLS13_CIPHERS, ...wanted.map(([, [openSSL]]) => openSSL)]), ...(old ? ['@SECLEVEL=0'] : [])].join(':'),
    honorCipherOrder: true,
    ecdhCurve: [...CURVES].filter(([id]) => curvePreferences.length === 0 || curvePreferences.includes(id)).map(([, name]) => name).join(':'),
  };
}
