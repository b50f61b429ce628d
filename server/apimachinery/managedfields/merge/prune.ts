/**
 * Removes what a manager applied before and does not any more, unless others own it.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/merge/update.go (prune, addBackOwnedItems, addBackDanglingItems).
 */
import type { FieldSet } from '../fieldpath/set.ts';
import { difference, intersection, union } from '../fieldpath/set.ts';
import type { TypeRef } from '../typed/atom.ts';
import { ensureNamedFieldsAreMembers } from '../typed/named-fields.ts';
import { removeItems } from '../typed/remove.ts';
import { toFieldSet } from '../typed/to-field-set.ts';

/** `last` is what the manager owned, `owned` what is owned now by anybody. */
export function prune(merged: unknown, last: FieldSet, owned: FieldSet, type: TypeRef): unknown {
  const named = (set: FieldSet) => ensureNamedFieldsAreMembers(set, type);
  const fieldsOf = (object: unknown) => named(toFieldSet(object, type));
  const mergedSet = fieldsOf(merged);

  const pruned = removeItems(merged, named(last), type);
  const kept = union(fieldsOf(pruned), named(owned));
  const withOwned = removeItems(merged, difference(mergedSet, kept), type);
  // what went only because something around it did was never the manager's
  const gone = difference(mergedSet, fieldsOf(withOwned));
  return removeItems(merged, intersection(gone, named(last)), type);
}
