/**
 * Where some resources lie in another etcd than the rest: its checks and its compaction.
 *
 * Upstream: addEtcdHealthEndpoint of k8s.io/apiserver/pkg/server/options/etcd.go.
 */
import type { HealthChecker } from '../mux/health.ts';
import { Compactor } from '../storage/etcd/compact.ts';
import { newEtcdCheck } from '../storage/etcd/health-check.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import type { ServerConfig } from './stage.ts';

export function overridingEtcds({ etcdOverrides }: Pick<ServerConfig, 'etcdOverrides'>): EtcdClient[] {
  return [...new Set(etcdOverrides?.values())];
}

export function overrideChecks(config: ServerConfig): { checks: HealthChecker[]; readyChecks: HealthChecker[] } {
  const named = (name: string, timeout: number) => overridingEtcds(config).map((etcd, n): HealthChecker => ({ name: `${name}-${n}`, check: newEtcdCheck({ ...config, etcd }, timeout) }));
  return { checks: named('etcd-override', config.etcdHealthcheckTimeout), readyChecks: named('etcd-override-readiness', config.etcdReadycheckTimeout) };
}

export function compactOverrides(config: ServerConfig, signal: AbortSignal): void {
  for (const etcd of overridingEtcds(config)) new Compactor({ ...config, etcd }).run(signal);
}
