/**
 * Lists in pages, so that no answer is larger than a server likes to make.
 *
 * Upstream: k8s.io/client-go/tools/pager (ListPager). Leaves out reading pages ahead.
 */
import type { KubeList, KubeObject } from '../apimachinery/types.ts';
import { isExpired } from './errors.ts';
import type { ListOptions } from './rest-client.ts';

const DEFAULT_PAGE_SIZE = 500;

export type ListPageFunc<T extends KubeObject> = (options: ListOptions) => Promise<KubeList<T>>;

/** Where the history ends under the pages, all is asked for at once. */
export async function listPages<T extends KubeObject>(page: ListPageFunc<T>, options: ListOptions, pageSize = DEFAULT_PAGE_SIZE): Promise<{ list: KubeList<T>; paginated: boolean }> {
  const { resourceVersion, resourceVersionMatch, ...others } = options;
  const version = { ...(resourceVersion !== undefined && { resourceVersion }), ...(resourceVersionMatch && { resourceVersionMatch }) };
  const items: T[] = [];
  // a token says by itself which version it belongs to
  for (let next = ''; ; ) {
    let list: KubeList<T>;
    try {
      list = await page({ ...others, ...(next === '' ? version : { continue: next }), limit: options.limit ?? pageSize });
    } catch (err) {
      if (!isExpired(err) || next === '') throw err;
      return { list: await page({ ...others, ...version, limit: 0 }), paginated: true };
    }
    items.push(...list.items);
    const paginated = next !== '' || (list.metadata.continue ?? '') !== '';
    next = list.metadata.continue ?? '';
    if (next === '') return { list: { ...list, items }, paginated };
  }
}
