/**
 * How an item of a list that is a map or a set is told from the others.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/helpers.go (listItemToPathElement).
 */
import { isFields } from '../../access.ts';
import { quote } from '../../quote.ts';
import type { PathElement } from '../fieldpath/path-element.ts';
import { keyElement, valueElement } from '../fieldpath/path-element.ts';
import type { ListType } from './atom.ts';

/** Throws for an item that cannot be told. */
export function listItemToPathElement(list: ListType, item: unknown): PathElement {
  return list.keys.length > 0 ? keyedItem(list, item) : setItem(item);
}

/** A key that is missing counts with its default; without one it is no part of the key. */
function keyedItem({ keys, items }: ListType, item: unknown): PathElement {
  if (item === null) throw new Error('associative list with keys may not have a null element');
  if (!isFields(item)) throw new Error('associative list with keys may not have non-map elements');
  const found: [string, unknown][] = [];
  for (const key of keys) {
    const value = item[key] === undefined ? items.atom.map?.fields.get(key)?.default : item[key];
    if (value !== undefined) found.push([key, value]);
  }
  if (found.length === 0) {
    throw new Error(`associative list with keys has an element that omits all key fields [${keys.map(quote).join(' ')}] (and doesn't have default values for any key fields)`);
  }
  return keyElement(found);
}

function setItem(item: unknown): PathElement {
  if (item === null) throw new Error("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new Error('not supported: associative list with lists as elements');
  if (isFields(item)) throw new Error("associative list without keys has an element that's a map type");
  return valueElement(item);
}

/** The items of a list by their elements; more than one where a list has duplicates. */
export function itemsByElement(list: ListType, items: readonly unknown[]): Map<PathElement, unknown[]> {
  const found = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = listItemToPathElement(list, item);
    const same = found.get(element);
    if (same) same.push(item);
    else found.set(element, [item]);
  }
  return found;
}
