/**
 * A list out of etcd: page after page of one revision, until there are as many objects as were asked for.
 *
 * Upstream: GetList in k8s.io/apiserver/pkg/storage/etcd3/store.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { newTooLargeResourceVersion } from '../../http/status.ts';
import { parseResourceVersion } from '../api-object-versioner.ts';
import { prepareContinueToken } from '../continue.ts';
import type { ListOptions, ListResult } from '../interfaces.ts';
import { isRecursive, orBadRequest, validateListOptions } from '../list-options.ts';
import { matches } from '../selection-predicate.ts';
import type { EtcdClient, RangeResponse } from './client.ts';
import { FutureRevisionError, prefixRangeEnd } from './client.ts';
import { interpretListError } from './errors.ts';
import type { EtcdStoreMetrics } from './metrics.ts';
import type { StoredForm } from './object-state.ts';
import { decodeKeyValue } from './object-state.ts';
import { kvRange } from './rpc.ts';
import type { ResourceSizeEstimator } from './stats.ts';

/** A page is grown up to this many objects when a selector drops most of them. */
const maxLimit = 10_000;

interface Listed {
  client: EtcdClient;
  stored: StoredForm;
  sizes: ResourceSizeEstimator;
  metrics: EtcdStoreMetrics;
  getCurrentResourceVersion(): Promise<number>;
}

/** The objects below `keyPrefix` that the predicate matches, or the one object of that key. */
export async function list(ctx: RequestContext, listed: Listed, keyPrefix: string, options: ListOptions): Promise<ListResult> {
  const { predicate } = options;
  const paging = predicate.limit > 0;
  let { withRev, continueKey = keyPrefix } = validateListOptions(keyPrefix, options);
  const isNewest = withRev === 0;
  let { limit } = predicate;
  const items: KubeObject[] = [];
  let lastKey = '';
  let fetched = 0;
  let evaluated = 0;
  let hasMore: boolean;
  let response: RangeResponse;
  do {
    response = await listPage(ctx, listed, { keyPrefix, from: continueKey, revision: withRev, limit, continues: predicate.continue !== '' });
    validateMinimumResourceVersion(options.resourceVersion, response.revision);
    hasMore = response.kvs.length < response.count;
    fetched += response.kvs.length;
    // the pages that follow read what this one read
    withRev ||= response.revision;
    for (const kv of response.kvs) {
      if (paging && items.length >= predicate.limit) {
        hasMore = true;
        break;
      }
      lastKey = kv.key;
      if (isNewest) listed.sizes.update(kv);
      const obj = decodeKeyValue(listed.stored, kv);
      evaluated++;
      if (matches(predicate, obj)) items.push(obj);
    }
    continueKey = `${lastKey}\0`;
    if (limit < maxLimit) limit = Math.min(limit * 2, maxLimit);
  } while (hasMore && paging && items.length < predicate.limit);
  listed.metrics.list(fetched, evaluated, items.length);
  return { items, resourceVersion: String(withRev), ...prepareContinueToken(lastKey, keyPrefix, withRev, response.count, hasMore, predicate) };
}

interface Page {
  keyPrefix: string;
  from: string;
  revision: number;
  limit: number;
  continues: boolean;
}

async function listPage(ctx: RequestContext, { client, metrics, getCurrentResourceVersion }: Listed, { keyPrefix, from, revision, limit, continues }: Page): Promise<RangeResponse> {
  const range = isRecursive(keyPrefix) ? { key: from, rangeEnd: prefixRangeEnd(keyPrefix), limit } : { key: keyPrefix };
  try {
    return await metrics.request(isRecursive(keyPrefix) ? 'list' : 'get', () => kvRange(ctx, client, { ...range, revision }));
  } catch (err) {
    if (err instanceof FutureRevisionError) throw newTooLargeResourceVersion(revision, await getCurrentResourceVersion(), 0);
    throw interpretListError(err, continues ? from : undefined, keyPrefix);
  }
}

/** What is read is at least as new as the resourceVersion that was asked for. */
export function validateMinimumResourceVersion(minimum: string, actual: number): void {
  const required = orBadRequest('invalid resource version', () => parseResourceVersion(minimum));
  if (required > actual) throw newTooLargeResourceVersion(required, actual, 0);
}
