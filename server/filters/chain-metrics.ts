/** What filters count. */
import type { ServerMetrics } from '../observe/metrics/server-metrics.ts';

export type ChainMetrics = Pick<ServerMetrics, 'access' | 'inflight' | 'requests'>;
