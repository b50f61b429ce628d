/**
 * The newest state of every object: by key for gets, in the order of keys for lists.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/store/store_btree.go. Leaves out snapshots of the past:
 * past-state.ts works them out.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { ObjectAttributes } from '../selection-predicate.ts';
import { SortedMap } from '../sorted-map.ts';

export interface StoreElement {
  key: string;
  object: KubeObject;
  attributes: ObjectAttributes;
}

export class SortedStore {
  #elements = new SortedMap<StoreElement>();

  get size(): number {
    return this.#elements.size;
  }

  get(key: string): StoreElement | undefined {
    return this.#elements.get(key);
  }

  set(element: StoreElement): void {
    this.#elements.set(element.key, element);
  }

  delete(key: string): void {
    this.#elements.delete(key);
  }

  /** Elements may come in any order. */
  replace(elements: StoreElement[]): void {
    this.#elements = new SortedMap();
    for (const element of elements) this.set(element);
  }

  /** The elements under a prefix that ends with `/`, from `from` on if it is given. */
  listPrefix(prefix: string, from = prefix): StoreElement[] {
    return this.#elements.slice(from, `${prefix}\uffff`);
  }
}
