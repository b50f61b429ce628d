/**
 * Where objects are kept.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/etcd.go.
 */
import { z } from 'zod';
import { duration, list } from './values.ts';

export const etcdFlags = {
  'etcd-servers': list.prefault('').describe('Addresses of etcd; without any, one is embedded.'),
  'etcd-cafile': z.string().optional().describe('CA of etcd.'),
  'etcd-certfile': z.string().optional().describe('Client certificate for etcd.'),
  'etcd-keyfile': z.string().optional().describe('Key of --etcd-certfile.'),
  'etcd-compaction-interval': duration.prefault('5m0s').describe('Time between two compactions of etcd; 0 for none.'),
  'encryption-provider-config': z.string().optional().describe('EncryptionConfiguration: which resources lie encrypted in etcd.'),
  'etcd-prefix': z.string().default('/registry').describe('What all keys in etcd start with.'),
};
