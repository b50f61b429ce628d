/**
 * The configuration that all stages start from: kube-apiserver's defaults, on an embedded etcd of its own.
 *
 * Upstream: the defaults of k8s.io/apiserver/pkg/server.NewConfig and of pkg/server/options.
 */
import { trace } from '@opentelemetry/api';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import type { ServerConfig } from './stage.ts';

export function defaultServerConfig(overrides: Partial<ServerConfig> = {}): ServerConfig {
  const clock = overrides.clock ?? { now: () => Date.now() };
  return {
    clock,
    log: { info: () => undefined, error: () => undefined },
    tracer: trace.getTracer('apiserver'),
    etcd: overrides.etcd ?? newEmbeddedEtcd({ clock }),
    etcdPrefix: '/registry',
    etcdCompactionInterval: 300_000,
    etcdHealthcheckTimeout: 2000,
    etcdReadycheckTimeout: 2000,
    etcdCountMetricPollPeriod: 60_000,
    storageMediaType: 'application/vnd.kubernetes.protobuf',
    leaseReuseDurationSeconds: 60,
    watchCache: true,
    watchCacheSizes: {},
    allowUnsafeMalformedObjectDeletion: false,
    tokens: [],
    anonymousAuth: true,
    serviceAccounts: { issuers: ['https://kubernetes.default.svc.cluster.local'], apiAudiences: [], publicKeys: [], maxTokenExpirationSeconds: 0 },
    defaultServiceAccounts: true,
    rootCA: '',
    bootstrapTokenAuth: false,
    authorization: ['RBAC'],
    admissionPlugins: { enable: [], disable: [] },
    corsAllowedOrigins: [],
    requestTimeout: 60_000,
    minRequestTimeout: 1_800_000,
    maxRequestsInFlight: 400,
    maxMutatingRequestsInFlight: 200,
    enablePriorityAndFairness: true,
    hstsDirectives: [],
    goawayChance: 0,
    livezGracePeriod: 0,
    shutdownDelayDuration: 0,
    shutdownSendRetryAfter: false,
    shutdownWatchTerminationGracePeriod: 0,
    externalAddress: '127.0.0.1:6443',
    ...overrides,
  };
}
