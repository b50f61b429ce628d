/**
 * What an update or an apply does to everybody's ownership, and an apply to the object.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/merge/update.go. What a manager owns is looked at in the version in
 * which it wrote; sets of a version that is not served any more are dropped. Leaves out adapting sets to a schema that
 * changed between atomic and granular.
 */
import { isFields } from '../../access.ts';
import { deepEqual } from '../../deep.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import { difference, isEmpty, union } from '../fieldpath/set.ts';
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

/** How a version of the kind has the object that is written. */
export interface VersionForm {
  readonly type: TypeRef;
  from(obj: object): object;
  back(obj: object): object;
}

export interface Updater {
  readonly apiVersion: string;
  readonly type: TypeRef;
  readonly filter: Filter | undefined;
  /** Undefined for a version that is not known any more. */
  form(apiVersion: string): VersionForm | undefined;
}

/** Takes what changed between the objects away from all but the given manager; answers also the changes that count. */
function takeChanges(updater: Updater, live: object, next: object, managed: Managed, id: string, force: boolean): { managed: Managed; changes: Comparison } {
  const { apiVersion, filter } = updater;
  const versions = new Map<string, Comparison>();
  const changesIn = (version: string): Comparison => {
    const known = versions.get(version);
    if (known) return known;
    const form = updater.form(version)!;
    const all = compare(form.from(live), form.from(next), form.type);
    const changes = filter ? { removed: filter(all.removed), modified: filter(all.modified), added: filter(all.added) } : all;
    versions.set(version, changes);
    return changes;
  };
  const writtenIn = (version: string) => union(changesIn(version).modified, changesIn(version).added);
  if (!force) {
    const others: Managed = new Map(managed);
    others.delete(id);
    const conflicts = conflictsFromManagers(others, writtenIn);
    if (conflicts.length > 0) throw new Conflicts(conflicts);
  }
  const left: Managed = new Map();
  for (const [other, owned] of managed) {
    const set = other === id ? owned.set : difference(owned.set, union(writtenIn(owned.apiVersion), changesIn(owned.apiVersion).removed));
    if (!isEmpty(set)) left.set(other, { ...owned, set });
  }
  return { managed: left, changes: changesIn(apiVersion) };
}

function served(updater: Updater, managed: Managed): Managed {
  return new Map([...managed].filter(([, { apiVersion }]) => updater.form(apiVersion)));
}

/** Answers everybody else's ownership, and what the update itself set. */
export function update(updater: Updater, live: object, next: object, before: Managed): { managed: Managed; set: FieldSet } {
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
  const object = isFields(merged) && last && !isEmpty(last.set) ? prune(merged, last, known, updater) : merged;
  if (!isFields(object)) throw new Error('merging left no object');
  const { managed } = takeChanges(updater, live, object, known, id, force);
  return { object: deepEqual(live, object) ? undefined : object, managed };
}
