/**
 * What the server listens with.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/serving.go.
 */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { boolean, count, list, port, repeated } from './values.ts';

export const secureServingFlags = {
  'secure-port': port.prefault('6443').describe('Port of HTTPS; 0 takes a free one.'),
  'bind-address': z.string().default('127.0.0.1').describe('Address to listen on.'),
  'advertise-address': z.string().refine((value) => isIPv4(value), 'must be an IPv4 address').optional().describe('Address by which others reach the server; without it, that of --bind-address.'),
  'cert-dir': z.string().default('.journey/certs').describe('Where the self-made CA, certificates and tokens are kept.'),
  'tls-cert-file': z.string().optional().describe('Certificate to serve, instead of a self-made one; read again when it changes.'),
  'tls-private-key-file': z.string().optional().describe('Key of --tls-cert-file.'),
  'tls-sni-cert-key': repeated.describe('Another certificate, key and names: foo.crt,foo.key:*.foo.com,foo.com; without names, those of the certificate; read again when they change.'),
  'tls-cipher-suites': list.prefault('').describe("Ciphers of TLS 1.2, by IANA's names; without any, those that Go uses."),
  'tls-min-version': z.enum(['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13']).default('VersionTLS12').describe('The oldest TLS that is spoken: VersionTLS12 or VersionTLS13.'),
  'tls-curve-preferences': list.pipe(z.array(count)).prefault('').describe("Key exchanges, by IANA's numbers (29,23,24); without any, those that Go uses."),
  'disable-http2-serving': boolean.prefault('false').describe('Whether all clients get HTTP/1.1.'),
  'http2-max-streams-per-connection': count.prefault('0').describe('Requests that an HTTP/2 connection may have open; 0 for 100.'),
  'permit-port-sharing': boolean.prefault('false').describe('Whether other servers may listen on the same port.'),
  'permit-address-sharing': boolean.prefault('false').describe('Whether the port is taken while the last one that had it lets go; on Unix it always is.'),
};
