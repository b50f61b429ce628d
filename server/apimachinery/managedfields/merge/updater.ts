/**
 * What an update or an apply does to everybody's ownership, and an apply to the object.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/merge/update.go. There is one form of an object for all versions of
 * its kind, so nothing is converted; sets of a version that is not served any more are dropped. Leaves out adapting
 * sets to a schema that changed between atomic and granular.
 */
import { isFields } from '../../access.ts';
import { deepEqual } from '../../deep.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import { EMPTY, difference, isEmpty, union } from '../fieldpath/set.ts';
import type { Managed, Manager } from '../managed.ts';
import { managerIdentifier } from '../managed.ts';
import type { Filter } from '../reset-fields.ts';
import type { TypeRef } from '../typed/atom.ts';
import type { Comparison } from '../typed/compare.ts';
import { compare } from '../typed/compare.ts';
import { merge } from '../typed/merge.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { Conflicts, conflictsFromManagers } from './conflict.ts';
import { prune } from './prune.ts';

export interface Updater {
  readonly type: TypeRef;
  readonly filter: Filter | undefined;
  /** Whether objects of this version are still known. */
  isServed(apiVersion: string): boolean;
}

/** Takes what changed between the objects away from all but the given manager; answers also the changes that count. */
function takeChanges({ type, filter }: Updater, live: unknown, next: unknown, managed: Managed, id: string, force: boolean): { managed: Managed; changes: Comparison } {
  const all = compare(live, next, type);
  const changes = filter ? { removed: filter(all.removed), modified: filter(all.modified), added: filter(all.added) } : all;
  const written = union(changes.modified, changes.added);
  if (!force) {
    const others: Managed = new Map(managed);
    others.delete(id);
    const conflicts = conflictsFromManagers(others, written);
    if (conflicts.length > 0) throw new Conflicts(conflicts);
  }
  const gone = union(written, changes.removed);
  const left: Managed = new Map();
  for (const [other, owned] of managed) {
    const set = other === id ? owned.set : difference(owned.set, gone);
    if (!isEmpty(set)) left.set(other, { ...owned, set });
  }
  return { managed: left, changes };
}

function served(updater: Updater, managed: Managed): Managed {
  return new Map([...managed].filter(([, { apiVersion }]) => updater.isServed(apiVersion)));
}

/** Answers everybody else's ownership, and what the update itself set. */
export function update(updater: Updater, live: unknown, next: unknown, before: Managed): { managed: Managed; set: FieldSet } {
  const { managed, changes } = takeChanges(updater, live, next, served(updater, before), '', true);
  return { managed, set: union(changes.modified, changes.added) };
}

/** `object` is undefined where nothing changed. Throws Conflicts. */
export function apply(updater: Updater, live: object, config: object, before: Managed, who: Manager, force: boolean): { object: object | undefined; managed: Managed } {
  const id = managerIdentifier(who);
  const { type, filter } = updater;
  const known = served(updater, before);
  const merged = merge(live, config, type);
  const last = known.get(id);
  const claimed = toFieldSet(config, type);
  known.set(id, { ...who, set: filter ? filter(claimed) : claimed, time: last?.time });
  const owned = [...known.values()].reduce((all, { set }) => union(all, set), EMPTY);
  const object = last && !isEmpty(last.set) ? prune(merged, last.set, owned, type) : merged;
  const { managed } = takeChanges(updater, live, object, known, id, force);
  return { object: isFields(object) && !deepEqual(live, object) ? object : undefined, managed };
}
