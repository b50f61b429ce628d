/**
 * Counts who watches what, so that it is known whom a change will be told to.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/watch_tracker.go. As there, watches of this server alone, and those of
 * pods on one node not at all: an event is looked up for them by its node.
 */
import { parseFieldSelector } from '../apimachinery/fields.ts';
import type { RequestInfo } from '../http/request-info.ts';

const READ_ONLY_VERBS = ['get', 'list', 'watch', 'proxy'];
const INDEXED_FIELDS: Record<string, string> = { pods: 'spec.nodeName' };

export class WatchTracker {
  readonly #counts = new Map<string, number>();

  /** Answers what is to be called when the watch has ended. */
  registerWatch(info: RequestInfo): () => void {
    const field = INDEXED_FIELDS[info.resource];
    if (field !== undefined && hasExactMatch(info.fieldSelector, field)) return () => undefined;
    const key = identifier(info, info.namespace, info.name);
    this.#add(key, 1);
    return () => this.#add(key, -1);
  }

  /** The watches of all objects of the resource, of those in the namespace, and of this one. */
  getInterestedWatchCount(info: RequestInfo): number {
    if (this.#counts.size === 0 || READ_ONLY_VERBS.includes(info.verb)) return 0;
    const { namespace, name } = info;
    const keys = [identifier(info, '', ''), ...(namespace ? [identifier(info, namespace, '')] : []), ...(name ? [identifier(info, namespace, name)] : [])];
    return keys.reduce((sum, key) => sum + (this.#counts.get(key) ?? 0), 0);
  }

  #add(key: string, by: number): void {
    const count = (this.#counts.get(key) ?? 0) + by;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

function identifier({ apiGroup, resource }: RequestInfo, namespace: string, name: string): string {
  return `${apiGroup}/${resource}/${namespace}/${name}`;
}

/** One for no value at all counts as none: it stands for all pods that no node has yet. */
function hasExactMatch(selector: string, field: string): boolean {
  if (selector === '') return false;
  try {
    return Boolean(parseFieldSelector(selector).requiresExactMatch(field));
  } catch {
    return false;
  }
}
