/**
 * A list takes as many seats as it may hold memory at once: one for each 100 kB of objects.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/request/list_work_estimator.go, and ShouldDelegateListMeta of
 * pkg/storage/cacher/delegator, as for an etcd whose progress can be asked for.
 */
import type { RequestInfo } from '../../http/request-info.ts';
import type { StorageStats } from '../../storage/interfaces.ts';
import type { ObjectCounts } from './object-count-tracker.ts';
import { MAXIMUM_LIST_SEATS, MINIMUM_SEATS, initialSeatsOnly } from './config.ts';
import type { WorkEstimate } from './config.ts';

const BYTES_PER_SEAT = 100_000;
/** What comes from the watch cache is encoded piece by piece. */
const CACHE_WITH_STREAMING_MAX_MEMORY_USAGE = 1_000_000;
const MAX_OBJECT_SIZE = 1_500_000;
const NUMBERS = ['limit', 'timeoutSeconds'];

export function estimateListWork(info: RequestInfo, url: string, objectCounts: ObjectCounts, maxSeatsOfLevel: number): WorkEstimate {
  const maxSeats = maxSeatsOfLevel === 0 ? MAXIMUM_LIST_SEATS : Math.min(maxSeatsOfLevel, MAXIMUM_LIST_SEATS);
  const at = url.indexOf('?');
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  // it will be refused
  if (NUMBERS.some((name) => !/^[+-]?\d+$/.test(query.get(name) ?? '0'))) return initialSeatsOnly(maxSeats);
  if (info.verb === 'watch' && !beginsWithState(query)) return initialSeatsOnly(MINIMUM_SEATS);
  const stats = objectCounts.get({ group: info.apiGroup, resource: info.resource });
  if (!stats) return initialSeatsOnly(MINIMUM_SEATS);
  const seats = Math.ceil(memoryUsedAtOnce(info, query, stats) / BYTES_PER_SEAT);
  return initialSeatsOnly(Math.min(Math.max(seats, MINIMUM_SEATS), maxSeats));
}

/** Any other watch tells of changes alone. */
function beginsWithState(query: URLSearchParams): boolean {
  const asked = query.get('sendInitialEvents')?.toLowerCase();
  if (asked !== undefined && asked !== 'false' && asked !== '0') return true;
  return ['', '0'].includes(query.get('resourceVersion') ?? '');
}

function memoryUsedAtOnce(info: RequestInfo, query: URLSearchParams, { objectCount, estimatedAverageObjectSizeBytes }: StorageStats): number {
  const size = objectCount > 0 && estimatedAverageObjectSizeBytes <= 0 ? MAX_OBJECT_SIZE : estimatedAverageObjectSizeBytes;
  const limit = Number(query.get('limit') ?? 0);
  const limited = limit > 0 ? Math.min(limit, objectCount) : objectCount;
  const isFromCache = info.verb === 'watch' || !shouldDelegate(query, limit);
  const isSelective = Boolean(query.get('fieldSelector')) || Boolean(query.get('labelSelector'));
  // one that has a name is read like a get; etcd selects nothing, so that much is read for few
  const objects = info.name !== '' ? 1 : !isFromCache && isSelective ? Math.max(limited, Math.trunc(objectCount / 2)) : limited;
  return isFromCache ? Math.min(objects * size, CACHE_WITH_STREAMING_MAX_MEMORY_USAGE) : objects * size;
}

/** Whether a list is answered by etcd: a later page, or a revision that must be met exactly. */
function shouldDelegate(query: URLSearchParams, limit: number): boolean {
  const match = query.get('resourceVersionMatch') ?? '';
  if (match !== '') return match !== 'NotOlderThan';
  return Boolean(query.get('continue')) || (limit > 0 && !['', '0'].includes(query.get('resourceVersion') ?? ''));
}
