/**
 * Secrets for TLS that hold no certificate, or no key.
 *
 * Upstream: warningsForSecret of pkg/registry/core/secret/strategy.go, over crypto/tls (X509KeyPair). Leaves out
 * certificates and keys that cannot be read or do not belong together.
 */
import { stringMap, text } from '../../apimachinery/access.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { KubeObject } from '../../apimachinery/types.ts';

function pemTypes(base64: string): string[] {
  return [...atob(base64).matchAll(/-----BEGIN ([^-]+)-----[\s\S]*?-----END \1-----/g)].map(([, type = '']) => type);
}

/** `wanted`: the type as the message names it, and those that are one. */
function missing(base64: string, what: string, wanted: string, isOne: (type: string) => boolean): string[] {
  const types = pemTypes(base64);
  if (types.some(isOne)) return [];
  if (types.length === 0) return [`tls: failed to find any PEM data in ${what} input`];
  return [`tls: failed to find ${wanted} in ${what} input after skipping PEM blocks of the following types: [${types.join(' ')}]`];
}

export function warningsForTLS(obj: KubeObject): string[] {
  if (text(obj, 'type') !== 'kubernetes.io/tls') return [];
  const data = stringMap(obj, 'data');
  const certificate = missing(data['tls.crt'] ?? '', 'certificate', `${quote('CERTIFICATE')} PEM block`, (type) => type === 'CERTIFICATE');
  return certificate.length > 0 ? certificate : missing(data['tls.key'] ?? '', 'key', 'PEM block with type ending in "PRIVATE KEY"', (type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
}
