/** From flags to what a stage is built with. */
import { createWriteStream, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { WriteStream } from 'node:fs';
import type { TokenUser } from '../authentication/token-file.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import type { Logger } from '../observe/logger.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import { authenticationFromFlags } from './authentication.ts';
import { authorizationFromFlags } from './authorization.ts';
import { connectEtcd } from './etcd-client.ts';
import { loadEncryptionConfig } from './encryption-config.ts';
import type { Flags } from './flags.ts';
import { serviceAccountsFromFlags } from './service-accounts.ts';
import { UsageError } from './usage-error.ts';

/** `ownClientCA` is believed where no flag names another. */
export async function configFromFlags(flags: Flags, tokens: TokenUser[], ownClientCA: string): Promise<ServerConfig> {
  const serviceAccounts = await serviceAccountsFromFlags(flags);
  const { apiAudiences, issuers } = serviceAccounts;
  return defaultServerConfig({
    tokens,
    etcd: await etcdFromFlags(flags),
    etcdPrefix: flags['etcd-prefix'],
    etcdCompactionInterval: flags['etcd-compaction-interval'],
    ...(flags['encryption-provider-config'] !== undefined && { transformerForResource: await loadEncryptionConfig(flags['encryption-provider-config']) }),
    ...(await authenticationFromFlags(flags, ownClientCA, apiAudiences.length > 0 ? apiAudiences : issuers, stderrLogger)),
    serviceAccounts,
    authorization: await authorizationFromFlags(flags),
    corsAllowedOrigins: flags['cors-allowed-origins'],
    requestTimeout: flags['request-timeout'],
    minRequestTimeout: flags['min-request-timeout'] * 1000,
    maxRequestsInFlight: flags['max-requests-inflight'],
    maxMutatingRequestsInFlight: flags['max-mutating-requests-inflight'],
    ...(flags['audit-log-path'] !== undefined && { auditSink: auditSinkTo(flags['audit-log-path']) }),
    log: stderrLogger,
  });
}

async function etcdFromFlags(flags: Flags): Promise<EtcdClient> {
  const endpoints = flags['etcd-servers'];
  if (endpoints.length === 0) return newEmbeddedEtcd();
  const ca = await readFlagFile(flags, 'etcd-cafile');
  const cert = await readFlagFile(flags, 'etcd-certfile');
  const key = await readFlagFile(flags, 'etcd-keyfile');
  try {
    return await connectEtcd({ endpoints, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  } catch (err) {
    throw new UsageError(err instanceof Error ? err.message : String(err));
  }
}

/** The content of the file that a flag names. */
export async function readFlagFile(flags: Flags, flag: 'etcd-cafile' | 'etcd-certfile' | 'etcd-keyfile' | 'tls-cert-file' | 'tls-private-key-file'): Promise<string | undefined> {
  const file = flags[flag];
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    throw new UsageError(`--${flag}: ${err instanceof Error ? err.message : String(err)}`);
  }
}

function auditSinkTo(path: string): ServerConfig['auditSink'] {
  const out: WriteStream | NodeJS.WriteStream = path === '-' ? process.stdout : createWriteStream(path, { fd: openSync(path, 'a', 0o600) });
  return (event) => void out.write(`${JSON.stringify(event)}\n`);
}

/** Errors are one line; what a server says when all is well is its metrics' business. */
export const stderrLogger: Logger = {
  info: () => undefined,
  error(err, message, values) {
    const why = err instanceof Error ? err.message : String(err);
    process.stderr.write(`${new Date().toISOString()} ${message}: ${why}${values ? ` ${JSON.stringify(values)}` : ''}\n`);
  },
};
