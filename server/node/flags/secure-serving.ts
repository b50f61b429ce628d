/**
 * What the server listens with.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/serving.go.
 */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { port } from './values.ts';

export const secureServingFlags = {
  'secure-port': port.prefault('6443').describe('Port of HTTPS; 0 takes a free one.'),
  'bind-address': z.string().default('127.0.0.1').describe('Address to listen on.'),
  'advertise-address': z.string().refine((value) => isIPv4(value), 'must be an IPv4 address').optional().describe('Address by which others reach the server; without it, that of --bind-address.'),
  'cert-dir': z.string().default('.journey/certs').describe('Where the self-made CA, certificates and tokens are kept.'),
  'tls-cert-file': z.string().optional().describe('Certificate to serve, instead of a self-made one.'),
  'tls-private-key-file': z.string().optional().describe('Key of --tls-cert-file.'),
};
