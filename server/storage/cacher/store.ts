/**
 * The newest state of every object: by key for gets, in the order of keys for lists.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/store/store_btree.go. A sorted array instead of a B-tree: moving its
 * tail costs less than a tree's bookkeeping up to some hundred thousand objects, and a list is one slice. Leaves out
 * snapshots of the past: what lists an exact revision goes to etcd.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { ObjectAttributes } from '../selection-predicate.ts';

export interface StoreElement {
  key: string;
  object: KubeObject;
  attributes: ObjectAttributes;
}

export class SortedStore {
  #byKey = new Map<string, StoreElement>();
  #sorted: StoreElement[] = [];

  get(key: string): StoreElement | undefined {
    return this.#byKey.get(key);
  }

  set(element: StoreElement): void {
    this.#sorted.splice(this.#indexOf(element.key), this.#byKey.has(element.key) ? 1 : 0, element);
    this.#byKey.set(element.key, element);
  }

  delete(key: string): void {
    if (this.#byKey.delete(key)) this.#sorted.splice(this.#indexOf(key), 1);
  }

  /** Elements may come in any order. */
  replace(elements: StoreElement[]): void {
    this.#byKey = new Map(elements.map((element) => [element.key, element]));
    this.#sorted = elements.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The elements under a prefix that ends with `/`, from `from` on if it is given. */
  listPrefix(prefix: string, from = prefix): StoreElement[] {
    return this.#sorted.slice(this.#indexOf(from), this.#indexOf(`${prefix}\uffff`));
  }

  /** Where `key` stands, or would stand. */
  #indexOf(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
