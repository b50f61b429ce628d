/**
 * The newest state of every object: by key for gets, in the order of keys for lists, and by one field's value where the
 * kind has a field that many ask by.
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
  readonly #indexField: string | undefined;
  #elements = new SortedMap<StoreElement>();
  #byValue = new Map<string, Map<string, StoreElement>>();

  constructor(indexField?: string) {
    this.#indexField = indexField;
  }

  get size(): number {
    return this.#elements.size;
  }

  get(key: string): StoreElement | undefined {
    return this.#elements.get(key);
  }

  set(element: StoreElement): void {
    this.#unindex(element.key);
    this.#elements.set(element.key, element);
    this.#index(element);
  }

  delete(key: string): void {
    this.#unindex(key);
    this.#elements.delete(key);
  }

  /** Elements may come in any order. */
  replace(elements: StoreElement[]): void {
    this.#elements = new SortedMap();
    this.#byValue = new Map();
    for (const element of elements) this.set(element);
  }

  /** The elements under a prefix that ends with `/`, from `from` on if it is given. */
  listPrefix(prefix: string, from = prefix): StoreElement[] {
    return this.#elements.slice(from, `${prefix}\uffff`);
  }

  /** Those of them whose indexed field has this value. */
  listIndexed(value: string, prefix: string): StoreElement[] {
    const found = [...(this.#byValue.get(value)?.values() ?? [])].filter(({ key }) => key.startsWith(prefix));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #index(element: StoreElement): void {
    if (this.#indexField === undefined) return;
    const value = valueOf(element, this.#indexField);
    const elements = this.#byValue.get(value);
    if (elements) elements.set(element.key, element);
    else this.#byValue.set(value, new Map([[element.key, element]]));
  }

  #unindex(key: string): void {
    const element = this.#indexField === undefined ? undefined : this.#elements.get(key);
    if (!element || this.#indexField === undefined) return;
    const value = valueOf(element, this.#indexField);
    const elements = this.#byValue.get(value);
    elements?.delete(key);
    if (elements?.size === 0) this.#byValue.delete(value);
  }
}

/** A field's value as selectors see it. */
export function valueOf({ attributes: { fields } }: StoreElement, field: string): string {
  return fields[field] ?? '';
}
