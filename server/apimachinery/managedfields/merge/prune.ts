/**
 * Removes what a manager applied before and does not any more, unless others own it.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/merge/update.go (prune, addBackOwnedItems, addBackDanglingItems).
 */
import type { FieldSet } from '../fieldpath/set.ts';
import { EMPTY, difference, intersection, union } from '../fieldpath/set.ts';
import type { Managed, Owned } from '../managed.ts';
import { ensureNamedFieldsAreMembers } from '../typed/named-fields.ts';
import { removeItems } from '../typed/remove.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import type { Updater, VersionForm } from './updater.ts';

/** `last` is what the manager owned, `managed` what is owned now by anybody. */
export function prune(merged: object, last: Owned, managed: Managed, updater: Updater): object {
  const form = (version: string): VersionForm => updater.form(version)!;
  const ownedIn = (version: string) => [...managed.values()].filter((owned) => owned.apiVersion === version).reduce((all, { set }) => union(all, set), EMPTY);
  const others = new Set([...managed.values()].map(({ apiVersion }) => apiVersion));
  others.delete(last.apiVersion);

  const inLast = form(last.apiVersion);
  const before = inLast.from(merged);
  const lastSet = ensureNamedFieldsAreMembers(last.set, inLast.type);
  let pruned = inLast.back(withOwned(before, removed(before, lastSet, inLast), ownedIn(last.apiVersion), inLast));
  for (const version of others) {
    const other = form(version);
    pruned = other.back(withOwned(other.from(merged), other.from(pruned), ownedIn(version), other));
  }
  // what went only because something around it did was never the manager's
  const gone = difference(fieldsOf(before, inLast), fieldsOf(inLast.from(pruned), inLast));
  return inLast.back(removed(before, intersection(gone, lastSet), inLast));
}

const fieldsOf = (object: object, { type }: VersionForm) => ensureNamedFieldsAreMembers(toFieldSet(object, type), type);

// what is left of an object is one
const removed = (object: object, set: FieldSet, { type }: VersionForm) => removeItems(object, set, type) as object;

/** Takes from the merged object what the pruned one lacks, but for what is owned. */
function withOwned(merged: object, pruned: object, owned: FieldSet, form: VersionForm): object {
  const kept = union(fieldsOf(pruned, form), ensureNamedFieldsAreMembers(owned, form.type));
  return removed(merged, difference(fieldsOf(merged, form), kept), form);
}
