/** From flags to what a stage is built with. */
import { readFile } from 'node:fs/promises';
import type { TokenUser } from '../authentication/token-file.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import type { Logger } from '../observe/logger.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import { admissionFromFlags } from './admission.ts';
import { auditFromFlags } from './audit.ts';
import { authenticationFromFlags } from './authentication.ts';
import { authorizationFromFlags } from './authorization.ts';
import { connectEtcd } from './etcd-client.ts';
import { loadEncryptionConfig } from './encryption-config.ts';
import type { Flags } from './flags.ts';
import { priorityAndFairnessFromFlags } from './priority-and-fairness.ts';
import { serviceAccountsFromFlags } from './service-accounts.ts';
import { UsageError } from './usage-error.ts';

/** `ownClientCA` is believed where no flag names another. */
export async function configFromFlags(flags: Flags, tokens: TokenUser[], ownClientCA: string): Promise<ServerConfig> {
  const serviceAccounts = await serviceAccountsFromFlags(flags);
  const { apiAudiences, issuers } = serviceAccounts;
  const audit = await auditFromFlags(flags, stderrLogger);
  return defaultServerConfig({
    tokens,
    etcd: await etcdFromFlags(flags),
    etcdPrefix: flags['etcd-prefix'],
    etcdCompactionInterval: flags['etcd-compaction-interval'],
    // as in Go, none stands for the default
    etcdHealthcheckTimeout: flags['etcd-healthcheck-timeout'] || 2000,
    etcdReadycheckTimeout: flags['etcd-readycheck-timeout'] || 2000,
    storageMediaType: flags['storage-media-type'],
    leaseReuseDurationSeconds: flags['lease-reuse-duration-seconds'],
    watchCache: flags['watch-cache'],
    watchCacheSizes: flags['watch-cache-sizes'],
    ...(flags['encryption-provider-config'] !== undefined && { transformerForResource: await loadEncryptionConfig(flags['encryption-provider-config']) }),
    ...(await authenticationFromFlags(flags, ownClientCA, { apiAudiences: apiAudiences.length > 0 ? apiAudiences : issuers, issuers }, stderrLogger)),
    serviceAccounts,
    bootstrapTokenAuth: flags['enable-bootstrap-token-auth'],
    ...(await authorizationFromFlags(flags, stderrLogger)),
    admissionPlugins: admissionFromFlags(flags),
    corsAllowedOrigins: flags['cors-allowed-origins'],
    requestTimeout: flags['request-timeout'],
    minRequestTimeout: flags['min-request-timeout'] * 1000,
    maxRequestsInFlight: flags['max-requests-inflight'],
    maxMutatingRequestsInFlight: flags['max-mutating-requests-inflight'],
    enablePriorityAndFairness: priorityAndFairnessFromFlags(flags),
    hstsDirectives: flags['strict-transport-security-directives'],
    goawayChance: flags['disable-http2-serving'] ? 0 : flags['goaway-chance'],
    livezGracePeriod: flags['livez-grace-period'],
    shutdownDelayDuration: flags['shutdown-delay-duration'],
    shutdownSendRetryAfter: flags['shutdown-send-retry-after'],
    shutdownWatchTerminationGracePeriod: flags['shutdown-watch-termination-grace-period'],
    ...(audit && { audit }),
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
async function readFlagFile(flags: Flags, flag: 'etcd-cafile' | 'etcd-certfile' | 'etcd-keyfile'): Promise<string | undefined> {
  const file = flags[flag];
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    throw new UsageError(`--${flag}: ${err instanceof Error ? err.message : String(err)}`);
  }
}

/** Errors are one line; what a server says when all is well is its metrics' business. */
export const stderrLogger: Logger = {
  info: () => undefined,
  error(err, message, values) {
    const why = err instanceof Error ? err.message : String(err);
    process.stderr.write(`${new Date().toISOString()} ${message}: ${why}${values ? ` ${JSON.stringify(values)}` : ''}\n`);
  },
};
