/**
 * A stage of the server: what it composes, and what it adds to the stage before it. A chapter teaches that difference.
 */
import type { Tracer } from '@opentelemetry/api';
import type { StorageMediaType } from '../apimachinery/serializer/storage-codec.ts';
import type { GroupResource } from '../apimachinery/types.ts';
import type { PluginNames } from '../admission/plugins.ts';
import type { PolicyRuleEvaluator } from '../audit/policy.ts';
import type { Backend } from '../audit/types.ts';
import type { ExternalAuthenticators } from '../authentication/authenticator.ts';
import type { ClusterAuthentication } from '../authentication/cluster-authentication-trust.ts';
import type { TokenUser } from '../authentication/token-file.ts';
import type { Transport } from '../client/transport.ts';
import type { APIServer } from '../http/api-server.ts';
import type { Clock, NewGzip } from '../http/context.ts';
import type { HealthChecker } from '../mux/health.ts';
import type { Logger } from '../observe/logger.ts';
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import type { DescribedCache } from '../storage/cacher/description.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import type { Storage } from '../storage/interfaces.ts';
import type { RecordTransformation } from '../storage/value/metrics.ts';
import type { Transformer } from '../storage/value/transformer.ts';
import type { AuthorizationMode } from './authorizers.ts';
import type { ServiceAccountOptions } from './service-accounts.ts';

/** What a server needs from the place that it runs in, and its flags, named as kube-apiserver's. */
export interface ServerConfig {
  clock: Clock;
  log: Logger;
  tracer: Tracer;
  /** What the place counts besides. */
  registerMetrics?(registry: KubeRegistry): void;
  /** What packs answers; without it the platform's own. */
  newGzip?: NewGzip;
  etcd: EtcdClient;
  /** By `resource.group`: the etcds of those that lie elsewhere. */
  etcdOverrides?: ReadonlyMap<string, EtcdClient>;
  etcdPrefix: string;
  /** Milliseconds between two compactions of etcd; 0 for none. */
  etcdCompactionInterval: number;
  /** Milliseconds that etcd has to answer a check of `/livez`, and one of `/readyz`. */
  etcdHealthcheckTimeout: number;
  etcdReadycheckTimeout: number;
  /** Milliseconds between two counts of the objects that are stored; 0 for none. */
  etcdCountMetricPollPeriod: number;
  storageMediaType: StorageMediaType;
  /** Seconds in which objects with a time to live share a lease. */
  leaseReuseDurationSeconds: number;
  /** Whether caches stand before etcd; and by `resource.group`, 0 where none does. */
  watchCache: boolean;
  watchCacheSizes: Record<string, number>;
  /** The lab's: the caches that stand now. */
  caches?: Set<DescribedCache>;
  /** The lab's: looks on as a resource's storage is used. */
  observe?(storage: Storage, resource: GroupResource): Storage;
  /** What happens to stored bytes; without it nothing. */
  transformerForResource?: (resource: GroupResource, record: RecordTransformation) => Transformer;
  /** The gate AllowUnsafeMalformedObjectDeletion: whether objects that cannot be read can be deleted. */
  allowUnsafeMalformedObjectDeletion: boolean;
  /** What must be well for `/healthz` and `/readyz`, beside what every server looks at. */
  checks?: readonly HealthChecker[];
  /** `--token-auth-file`, read. */
  tokens: TokenUser[];
  anonymousAuth: boolean;
  /** Where anonymous is on: to which paths; to all where none is named. */
  anonymousPaths?: readonly string[];
  /** Those that look at connections or ask others; the page has none. */
  authenticators?: ExternalAuthenticators;
  /** What is published of the authorities behind these. */
  clusterAuthentication?: ClusterAuthentication;
  serviceAccounts: ServiceAccountOptions;
  /** Whether the server makes the default account of a namespace when a Pod needs it; yes, where no controller does. */
  defaultServiceAccounts: boolean;
  /** Which controllers run in the server's own process; as the stage has it where nothing is said. */
  controllers?: readonly string[];
  /** How clients in this process reach the server, which sees their requests as any other's. */
  loopback?: (handler: APIServer['handler']) => Transport;
  /** What they tell Pods to check the server's certificate with, as PEM; '' where there is none. */
  rootCA: string;
  /** `--enable-bootstrap-token-auth` */
  bootstrapTokenAuth: boolean;
  /** `--authorization-mode`: who is asked what users may do, in this order. */
  authorization: readonly AuthorizationMode[];
  /** Those that are asked by now, where they may change while the server runs. */
  reloadedAuthorization?: () => readonly AuthorizationMode[];
  /** Plugins of admission that are on or off other than by default. */
  admissionPlugins: PluginNames;
  /** The lab's: puts the filters into another order, to show what it is good for. */
  arrange?<F extends { readonly name: string }>(chain: readonly F[]): F[];
  corsAllowedOrigins: RegExp[];
  /** Milliseconds a request that is not long-running may take. */
  requestTimeout: number;
  /** Milliseconds a watch lives at least when its client names no time. */
  minRequestTimeout: number;
  maxRequestsInFlight: number;
  maxMutatingRequestsInFlight: number;
  /** Whether requests wait for their turn, where they else are only counted. */
  enablePriorityAndFairness: boolean;
  /** Of `Strict-Transport-Security`; without any the header is not sent. */
  hstsDirectives: readonly string[];
  /** Part of the requests that end their HTTP/2 connection. */
  goawayChance: number;
  /** Milliseconds for which unfinished post-start hooks do not count against `/livez`. */
  livezGracePeriod: number;
  /** Milliseconds that the server goes on, once it has been told to end. */
  shutdownDelayDuration: number;
  /** Whether it then still listens until all requests are answered, to refuse others. */
  shutdownSendRetryAfter: boolean;
  /** Milliseconds that the ends of watches are spread over. */
  shutdownWatchTerminationGracePeriod: number;
  /** Where events go, and of which requests there are any; without it nothing is audited. It is shut down by who made it. */
  audit?: { backend: Backend; policy: PolicyRuleEvaluator };
  /** `host:port` that clients are told to use. */
  externalAddress: string;
}

export interface Stage {
  name: string;
  /** One line: what this stage adds. */
  adds: string;
  /** The stage before it. */
  after?: string;
  /** Commands to try, with `$KUBECONFIG`, `$TOKEN` and `$SERVER` set. */
  tries: string[];
  build(config: ServerConfig): APIServer;
}
