/** The stages in the order in which they build on one another, and the configuration that all of them start from. */
import { trace } from '@opentelemetry/api';
import { newScheme } from '../apimachinery/scheme.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { apiserver } from './apiserver.ts';
import { filters } from './filters.ts';
import { handler } from './handler.ts';
import { mux } from './mux.ts';
import { registry } from './registry.ts';
import type { ServerConfig, Stage } from './stage.ts';
import { storage } from './storage.ts';
import { watch } from './watch.ts';

export const stages: Stage[] = [handler, filters, mux, registry, storage, watch, apiserver];

export function stageNamed(name: string): Stage | undefined {
  return stages.find((stage) => stage.name === name);
}

/** kube-apiserver's defaults, on an embedded etcd of its own. */
export function defaultServerConfig(overrides: Partial<ServerConfig> = {}): ServerConfig {
  const clock = overrides.clock ?? { now: () => Date.now() };
  return {
    clock,
    log: { info: () => undefined, error: () => undefined },
    tracer: trace.getTracer('apiserver'),
    scheme: overrides.scheme ?? newScheme(),
    etcd: overrides.etcd ?? newEmbeddedEtcd({ clock }),
    etcdPrefix: '/registry',
    tokens: [],
    anonymousAuth: true,
    corsAllowedOrigins: [],
    requestTimeout: 60_000,
    minRequestTimeout: 1_800_000,
    maxRequestsInFlight: 400,
    maxMutatingRequestsInFlight: 200,
    externalAddress: '127.0.0.1:6443',
    ...overrides,
  };
}
