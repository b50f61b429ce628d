/**
 * Reads from an informer's copy as from the server, without asking it. What it answers is everybody's: copy it before you
 * change it.
 *
 * Upstream: k8s.io/client-go/tools/cache/listers.go and client-go/listers.
 */
import { everythingLabels } from '../apimachinery/labels.ts';
import type { LabelSelector } from '../apimachinery/labels.ts';
import type { GroupResource, KubeObject } from '../apimachinery/types.ts';
import { newNotFound } from '../http/status.ts';
import type { Indexer } from './store.ts';
import { NAMESPACE_INDEX } from './store.ts';

export interface Lister<T> {
  list(selector?: LabelSelector): T[];
  /** Throws NotFound, as the server would. */
  get(name: string): T;
  /** Undefined where `get` throws. */
  find(name: string): T | undefined;
  namespace(namespace: string): Lister<T>;
}

export function newLister<T extends KubeObject>(indexer: Indexer<T>, resource: GroupResource, namespace = ''): Lister<T> {
  const all = () => (namespace === '' ? indexer.list() : indexer.byIndex(NAMESPACE_INDEX, namespace));
  const find = (name: string) => indexer.getByKey(namespace === '' ? name : `${namespace}/${name}`);
  return {
    list: (selector = everythingLabels) => (selector.empty ? all() : all().filter(({ metadata }) => selector.matches(metadata.labels ?? {}))),
    find,
    get(name) {
      const found = find(name);
      if (!found) throw newNotFound(resource, name);
      return found;
    },
    namespace: (name) => newLister(indexer, resource, name),
  };
}
