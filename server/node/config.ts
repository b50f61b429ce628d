/** From flags to what a stage is built with. */
import type { TokenUser } from '../authentication/token-file.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import type { Logger } from '../observe/logger.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { admissionFromFlags } from './admission.ts';
import { auditFromFlags } from './audit.ts';
import { authenticationFromFlags } from './authentication.ts';
import { authorizationFromFlags } from './authorization.ts';
import { newLoopbackTransport } from './controllers-transport.ts';
import { etcdFromFlags } from './etcd.ts';
import { encryptionFromFlags } from './encryption.ts';
import type { Flags } from './flags.ts';
import { newFastGzip } from './gzip.ts';
import { priorityAndFairnessFromFlags } from './priority-and-fairness.ts';
import { serviceAccountsFromFlags } from './service-accounts.ts';

/** `ownClientCA` is believed where no flag names another. */
export async function configFromFlags(flags: Flags, tokens: TokenUser[], ownClientCA: string): Promise<ServerConfig> {
  const serviceAccounts = await serviceAccountsFromFlags(flags);
  const { apiAudiences, issuers } = serviceAccounts;
  const audit = await auditFromFlags(flags, stderrLogger);
  return defaultServerConfig({
    tokens,
    ...(await etcdFromFlags(flags)),
    etcdPrefix: flags['etcd-prefix'],
    etcdCompactionInterval: flags['etcd-compaction-interval'],
    // as in Go, none stands for the default
    etcdHealthcheckTimeout: flags['etcd-healthcheck-timeout'] || 2000,
    etcdReadycheckTimeout: flags['etcd-readycheck-timeout'] || 2000,
    etcdCountMetricPollPeriod: flags['etcd-count-metric-poll-period'],
    storageMediaType: flags['storage-media-type'],
    leaseReuseDurationSeconds: flags['lease-reuse-duration-seconds'],
    watchCache: flags['watch-cache'],
    allowUnsafeMalformedObjectDeletion: flags['feature-gates'].AllowUnsafeMalformedObjectDeletion ?? false,
    watchCacheSizes: flags['watch-cache-sizes'],
    ...(await encryptionFromFlags(flags, stderrLogger)),
    ...(await authenticationFromFlags(flags, ownClientCA, { apiAudiences: apiAudiences.length > 0 ? apiAudiences : issuers, issuers }, stderrLogger)),
    serviceAccounts,
    ...(flags.controllers.length > 0 && { controllers: flags.controllers }),
    loopback: newLoopbackTransport,
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
    newGzip: newFastGzip,
    log: stderrLogger,
  });
}

/** Errors are one line; what a server says when all is well is its metrics' business. */
export const stderrLogger: Logger = {
  info: () => undefined,
  error(err, message, values) {
    const why = err instanceof Error ? err.message : String(err);
    process.stderr.write(`${new Date().toISOString()} ${message}: ${why}${values ? ` ${JSON.stringify(values)}` : ''}\n`);
  },
};
