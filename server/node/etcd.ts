/**
 * From flags to connections to etcd.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go; the overrides are those of
 * pkg/server/options/etcd.go.
 */
import { readFile } from 'node:fs/promises';
import type { ServerConfig } from '../stages/stage.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { connectEtcd } from './etcd-client.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

export async function etcdFromFlags(flags: Flags): Promise<Pick<ServerConfig, 'etcd' | 'etcdOverrides'>> {
  const ca = await readFlagFile(flags, 'etcd-cafile');
  const cert = await readFlagFile(flags, 'etcd-certfile');
  const key = await readFlagFile(flags, 'etcd-keyfile');
  const connected = new Map<string, Promise<EtcdClient>>();

  /** Resources that lie in the same place share its connection. */
  function connect(endpoints: string[]): Promise<EtcdClient> {
    const place = [...endpoints].sort().join(';');
    const client = connected.get(place) ?? connectEtcd({ endpoints, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
    connected.set(place, client);
    return client;
  }

  try {
    const endpoints = flags['etcd-servers'];
    const etcd = endpoints.length === 0 ? newEmbeddedEtcd() : await connect(endpoints);
    const overrides = flags['etcd-servers-overrides'].map(async ({ resource, servers }) => [resource, await connect(servers)] as const);
    return { etcd, ...(overrides.length > 0 && { etcdOverrides: new Map(await Promise.all(overrides)) }) };
  } catch (err) {
    throw new UsageError(err instanceof Error ? err.message : String(err));
  }
}

/** The content of the file that a flag names. */
async function readFlagFile(flags: Flags, flag: 'etcd-cafile' | 'etcd-certfile' | 'etcd-keyfile'): Promise<string | undefined> {
  const file = flags[flag];
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    throw new UsageError(`--${flag}: ${err instanceof Error ? err.message : String(err)}`);
  }
}
