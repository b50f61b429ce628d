/**
 * Where objects are kept.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/etcd.go.
 */
import { posix } from 'node:path';
import { z } from 'zod';
import { storageMediaTypes } from '../../apimachinery/serializer/storage-codec.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import { boolean, count, duration, list } from './values.ts';

const mediaType = z.string().transform((value, ctx) => {
  const found = storageMediaTypes.find((each) => each === value);
  if (!found) ctx.addIssue({ code: 'custom', message: `${JSON.stringify(value)} invalid, allowed values: ${storageMediaTypes.join(', ')}` });
  return found ?? 'application/json';
});

/** `resource[.group]#size`, by resource. */
const watchCacheSizes = list.transform((values, ctx) => {
  const sizes: Record<string, number> = {};
  for (const value of values) {
    const [resource = '', size = '', ...more] = value.split('#');
    if (!value.includes('#') || more.length > 0) ctx.addIssue({ code: 'custom', message: `invalid value of watch cache size: ${value}` });
    else if (!/^[+-]?\d{1,9}$/.test(size)) ctx.addIssue({ code: 'custom', message: `invalid size of watch cache size: ${value}` });
    else if (Number(size) < 0) ctx.addIssue({ code: 'custom', message: `watch cache size cannot be negative: ${value}` });
    else sizes[resource] = Number(size);
  }
  return sizes;
});

/** `group/resource#servers`, servers apart by semicolons. */
const overrides = list.transform((values, ctx) =>
  values.map((value) => {
    const [, group = '', resource = '', servers = ''] = /^([^/#]*)\/([^/#]*)#([^#]+)$/.exec(value) ?? [];
    const list = servers.split(';');
    if (list.includes('')) ctx.addIssue({ code: 'custom', message: 'must be of format: group/resource#servers, where servers are URLs, semicolon separated' });
    return { resource: formatGroupResource({ group, resource }), servers: list };
  }),
);

/** However it is written, keys start with one slash, and have one between the prefix and the resource. */
const prefix = z.string().transform((value) => posix.join('/', value).replace(/\/$/, ''));

export const etcdFlags = {
  'etcd-servers': list.prefault('').describe('Addresses of etcd; without any, one is embedded.'),
  'etcd-servers-overrides': overrides.prefault('').describe('group/resource#servers, apart by semicolons: where a resource lies that lies elsewhere.'),
  'etcd-cafile': z.string().optional().describe('CA of etcd.'),
  'etcd-certfile': z.string().optional().describe('Client certificate for etcd.'),
  'etcd-keyfile': z.string().optional().describe('Key of --etcd-certfile.'),
  'etcd-compaction-interval': duration.prefault('5m0s').describe('Time between two compactions of etcd; 0 for none.'),
  'etcd-healthcheck-timeout': duration.prefault('2s').describe('How long etcd may take to answer a check of /livez.'),
  'etcd-readycheck-timeout': duration.prefault('2s').describe('How long etcd may take to answer a check of /readyz.'),
  'etcd-count-metric-poll-period': duration.prefault('1m0s').describe('Time between two counts of what is stored; 0 for none.'),
  'etcd-db-metric-poll-interval': duration.prefault('30s').describe('Says nothing: apiserver_storage_size_bytes is looked up when it is asked for.'),
  'storage-media-type': mediaType.prefault('application/vnd.kubernetes.protobuf').describe('How objects lie in etcd: application/json, application/yaml, application/vnd.kubernetes.protobuf.'),
  'lease-reuse-duration-seconds': count.prefault('60').describe('Seconds in which objects with a time to live share a lease.'),
  'watch-cache': boolean.prefault('true').describe('Whether caches stand before etcd.'),
  'watch-cache-sizes': watchCacheSizes.prefault('').describe('resource[.group]#0, for resources without a cache; other sizes say nothing.'),
  'encryption-provider-config': z.string().optional().describe('EncryptionConfiguration: which resources lie encrypted in etcd.'),
  'encryption-provider-config-automatic-reload': boolean.prefault('false').describe('Whether that file is read again when it changes.'),
  'etcd-prefix': prefix.prefault('/registry').describe('What all keys in etcd start with.'),
};
