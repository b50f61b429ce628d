/**
 * A stage of the server: what it composes, and what it adds to the stage before it. A chapter teaches that difference.
 */
import type { Tracer } from '@opentelemetry/api';
import type { GroupResource } from '../apimachinery/types.ts';
import type { ExternalAuthenticators } from '../authentication/authenticator.ts';
import type { CombineClusterAuthenticationInfo } from '../authentication/cluster-authentication-trust.ts';
import type { TokenUser } from '../authentication/token-file.ts';
import type { APIServer } from '../http/api-server.ts';
import type { Clock } from '../http/context.ts';
import type { Logger } from '../observe/logger.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import type { Transformer } from '../storage/value/transformer.ts';
import type { AuthorizationMode } from './authorizers.ts';
import type { ServiceAccountOptions } from './service-accounts.ts';

/** What a server needs from the place that it runs in, and its flags, named as kube-apiserver's. */
export interface ServerConfig {
  clock: Clock;
  log: Logger;
  tracer: Tracer;
  etcd: EtcdClient;
  etcdPrefix: string;
  /** Milliseconds between two compactions of etcd; 0 for none. */
  etcdCompactionInterval: number;
  /** What happens to stored bytes; without it nothing. */
  transformerForResource?: (resource: GroupResource) => Transformer;
  /** `--token-auth-file`, read. */
  tokens: TokenUser[];
  anonymousAuth: boolean;
  /** Where anonymous is on: to which paths; to all where none is named. */
  anonymousPaths?: readonly string[];
  /** Those that look at connections or ask others; the page has none. */
  authenticators?: ExternalAuthenticators;
  /** What is published of the authorities behind these. */
  clusterAuthentication?: CombineClusterAuthenticationInfo;
  serviceAccounts: ServiceAccountOptions;
  /** `--authorization-mode`: who is asked what users may do, in this order. */
  authorization: readonly AuthorizationMode[];
  corsAllowedOrigins: RegExp[];
  /** Milliseconds a request that is not long-running may take. */
  requestTimeout: number;
  /** Milliseconds a watch lives at least when its client names no time. */
  minRequestTimeout: number;
  maxRequestsInFlight: number;
  maxMutatingRequestsInFlight: number;
  /** Takes finished audit.k8s.io/v1 events; without it nothing is audited. */
  auditSink?(event: object): void;
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
