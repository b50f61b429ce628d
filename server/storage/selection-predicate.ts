/**
 * Whether an object is selected.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/selection_predicate.go. Leaves out sharding; what is an index, the cache knows.
 */
import { everythingFields } from '../apimachinery/fields.ts';
import { everythingLabels } from '../apimachinery/labels.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { SelectionPredicate } from './interfaces.ts';

export const predicateEmpty = ({ label, field }: SelectionPredicate) => label.empty && field.empty;

export function matches(predicate: SelectionPredicate, obj: KubeObject): boolean {
  return predicateEmpty(predicate) || matchesObjectAttributes(predicate, predicate.getAttrs(obj));
}

export type ObjectAttributes = ReturnType<SelectionPredicate['getAttrs']>;

/** The same for an object whose attributes were taken before. */
export function matchesObjectAttributes(predicate: SelectionPredicate, { labels, fields }: ObjectAttributes): boolean {
  return predicateEmpty(predicate) || (predicate.label.matches(labels) && predicate.field.matches(fields));
}

/** Selects every object. */
export const everything: SelectionPredicate = {
  label: everythingLabels,
  field: everythingFields,
  getAttrs: () => ({ labels: {}, fields: {} }),
  limit: 0,
  continue: '',
  allowWatchBookmarks: false,
};
