/**
 * Notes once a minute how many objects each resource has, and when metrics are asked for how large etcd's database is.
 *
 * Upstream: startObservingCount of k8s.io/apiserver/pkg/registry/generic/registry/store.go, and monitorCollector of
 * pkg/storage/etcd3/metrics.
 */
import type { GroupResource } from '../apimachinery/types.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { ServerMetrics } from '../observe/metrics/server-metrics.ts';
import type { Storage } from '../storage/interfaces.ts';
import { overridingEtcds } from './etcd-overrides.ts';
import type { ServerConfig } from './stage.ts';

export interface ObservedStorage {
  storage: Storage;
  resource: GroupResource;
  /** `/pods`: the kind's own part of its keys. */
  prefix: string;
}

type Config = Pick<ServerConfig, 'tracer' | 'etcd' | 'etcdOverrides' | 'etcdCountMetricPollPeriod'>;

/** How long etcd has to tell its size. */
const monitorTimeout = 1000;

export function observeStorage(config: Config, metrics: ServerMetrics, storages: readonly ObservedStorage[], signal: AbortSignal): void {
  const { tracer, etcdCountMetricPollPeriod: period } = config;
  for (const [n, etcd] of [config.etcd, ...overridingEtcds(config)].entries()) {
    metrics.etcd.collectSize(`etcd-${n}`, () => Promise.race([etcd.databaseSize(), new Promise<undefined>((resolve) => setTimeout(resolve, monitorTimeout))]));
  }
  if (period === 0 || signal.aborted) return;

  async function observeCount({ storage, resource, prefix }: ObservedStorage): Promise<void> {
    const { stats } = metrics.etcd.forResource(resource);
    try {
      await storage.refreshStats?.(newBackgroundContext(tracer, 'list', ''), `${prefix}/`);
      stats(storage.stats());
    } catch {
      stats(undefined);
    }
  }
  const poll = () => storages.forEach((each) => void observeCount(each));
  poll();
  const timer = setInterval(poll, period);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
