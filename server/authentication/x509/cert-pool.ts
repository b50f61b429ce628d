/**
 * Certificates out of PEM, as files of authorities hold them.
 *
 * Upstream: k8s.io/client-go/util/cert/pem.go (ParseCertsPEM). It passes over blocks that do not end; here they are
 * mistakes.
 */
// what x509 is built on needs it
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** Passes over what is no certificate; throws, naming the line, where one cannot be read, and where there is none. */
export function parseCertsPEM(pem: string): x509.X509Certificate[] {
  const certs: x509.X509Certificate[] = [];
  const lines = pem.split('\n');
  let open: { type: string; at: number } | undefined;
  for (const [i, line] of lines.entries()) {
    const [, type] = /^-----BEGIN ([A-Z0-9 ]+)-----\s*$/.exec(line) ?? [];
    if (type !== undefined && open) break;
    if (type !== undefined) open = { type, at: i };
    if (!open || line.trim() !== `-----END ${open.type}-----`) continue;
    if (open.type === 'CERTIFICATE') certs.push(parse(lines.slice(open.at, i + 1).join('\n'), open.at + 1));
    open = undefined;
  }
  if (open) throw new Error(`line ${open.at + 1}: a block of PEM has no end`);
  if (certs.length === 0) throw new Error('data does not contain any valid RSA or ECDSA certificates');
  return certs;
}

function parse(block: string, line: number): x509.X509Certificate {
  try {
    return new x509.X509Certificate(block);
  } catch (err) {
    throw new Error(`line ${line}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}
