/**
 * FieldManager keeps account of who set which field, in metadata.managedFields, and merges what is applied.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/{fieldmanager,structuredmerge,managedfieldsupdater,
 * skipnonapplied,buildmanagerinfo,versioncheck,lastappliedmanager}.go: there a chain of managers, here two functions.
 */
import type { Clock } from '../../http/context.ts';
import { deepCopy } from '../deep.ts';
import type { Scheme } from '../scheme.ts';
import { formatTime } from '../serializer/go-time.ts';
import type { GroupVersion, GroupVersionKind, KubeObject } from '../types.ts';
import { formatGroupVersion, parseGroupVersion } from '../types.ts';
import { checkApplied, objectGVKNN } from './applied-object.ts';
import { capUpdateManagers } from './cap-managers.ts';
import { has, isEmpty, union } from './fieldpath/set.ts';
import { fieldsFromLastApplied, updateLastApplied } from './last-applied.ts';
import type { Managed, Manager } from './managed.ts';
import { encodeManagedFields, managerIdentifier } from './managed.ts';
import { Conflicts } from './merge/conflict.ts';
import type { Updater, VersionForm } from './merge/updater.ts';
import { apply, update } from './merge/updater.ts';
import { newObjectForm } from './object-form.ts';
import { decodeLive, decodeLiveOrNew, withManagedFields, withoutManagedFields } from './object-managed-fields.ts';
import { resetFieldsFilter } from './reset-fields.ts';
import { stripMeta } from './strip-meta.ts';
import { deduced, newParser } from './typed/parser.ts';
import { validate } from './typed/validate.ts';

export interface FieldManager {
  /** Accounts for a create (no `live`), update or patch by `manager`; answers `next` with its managedFields. */
  update(live: KubeObject | undefined, next: KubeObject, manager: string): KubeObject;
  /** Merges an applied configuration into `live`; throws a Conflict where others own what it changes, unless forced. */
  apply(live: KubeObject | undefined, applied: KubeObject, manager: string, force: boolean): KubeObject;
}

export interface FieldManagerOptions {
  scheme: Scheme;
  kind: GroupVersionKind;
  subresource: string;
  clock: Clock;
  /** From the kind to another version of it, and back, where the two differ. */
  conversionTo?(version: GroupVersion): VersionConversion | undefined;
}

export interface VersionConversion {
  from(obj: KubeObject): KubeObject;
  back(obj: KubeObject): KubeObject;
}

const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));

export function newFieldManager({ scheme, kind, subresource, clock, conversionTo }: FieldManagerOptions): FieldManager {
  const apiVersion = formatGroupVersion(kind);
  const name = scheme.schemaName(kind);
  const form = newObjectForm(scheme, kind);
  const typeNamed = newParser(scheme.schemas);
  const type = name === undefined ? deduced : typeNamed(name);
  const own: VersionForm = { type, from: (obj) => obj, back: (obj) => obj };
  const updater: Updater = {
    apiVersion,
    type,
    filter: resetFieldsFilter(kind, subresource),
    form(version) {
      if (version === apiVersion) return own;
      const gv = parseGroupVersion(version);
      const other = gv && scheme.schemaName({ ...gv, kind: kind.kind });
      if (other === undefined) return undefined;
      const conversion = conversionTo?.(gv!);
      if (!conversion) return own;
      // merging keeps an object's metadata, which is all that a conversion takes for granted
      return { type: typeNamed(other), from: (obj) => conversion.from(obj as KubeObject), back: (obj) => conversion.back(obj as KubeObject) };
    },
  };
  const now = () => formatTime(clock.now());
  const managerFor = (manager: string, operation: Manager['operation']): Manager => ({ manager: manager || 'unknown', operation, apiVersion, subresource });

  /** Gives what changes from `live` to `next` to the manager. */
  function track(live: KubeObject, next: KubeObject, before: Managed, manager: string): Managed {
    const { managed, set: changed } = update(updater, live, next, before);
    const set = stripMeta(changed);
    if (!isEmpty(set)) {
      const who = managerFor(manager, 'Update');
      const id = managerIdentifier(who);
      const previous = managed.get(id)?.set;
      managed.set(id, { ...who, set: previous ? union(set, previous) : set, time: now() });
    }
    return capUpdateManagers(managed);
  }

  function merge(live: KubeObject, applied: KubeObject, before: Managed, manager: string, force: boolean): { object: KubeObject; managed: Managed } {
    const who = managerFor(manager, 'Apply');
    const id = managerIdentifier(who);
    const { object, managed } = apply(updater, live, applied, before, who, force);
    const mine = managed.get(id);
    if (mine) {
      const set = stripMeta(mine.set);
      if (isEmpty(set)) managed.delete(id);
      // what changed nothing is as old as it was
      else managed.set(id, { ...mine, set, time: object ? now() : mine.time });
    }
    return { object: object ? toVersioned(object, applied) : deepCopy(live), managed };
  }

  function toVersioned(merged: object, applied: KubeObject): KubeObject {
    try {
      return form.of(merged);
    } catch (err) {
      throw new Error(`failed to convert new object (${objectGVKNN(applied)}) to proper version: ${messageOf(err)}`, { cause: err });
    }
  }

  /** What kubectl applied from the client's side it may change from the server's, without a conflict. */
  function mergeOrTakeOver(live: KubeObject, applied: KubeObject, managed: Managed, manager: string, force: boolean): ReturnType<typeof merge> {
    try {
      return merge(live, applied, managed, manager, force);
    } catch (err) {
      if (!(err instanceof Conflicts)) throw err;
      const allowed = manager === 'kubectl' ? fieldsFromLastApplied(live, apiVersion, updater.type) : undefined;
      const conflicts = allowed ? err.conflicts.filter(({ path }) => !has(allowed, path)) : err.conflicts;
      if (conflicts.length > 0) throw new Conflicts(conflicts).toStatusError();
      return merge(live, applied, managed, manager, true);
    }
  }

  return {
    update(live, next, manager) {
      const plain = withoutManagedFields(next);
      try {
        const managed = decodeLiveOrNew(live, next, subresource !== '');
        // an object that nobody's fields are kept of stays so until it is applied to
        if (managed.size === 0 && live?.metadata.uid) return plain;
        return withManagedFields(plain, encodeManagedFields(track(live ?? form.empty(), plain, managed, manager)));
      } catch {
        return plain; // an update succeeds without its account
      }
    },

    apply(live, applied, manager, force) {
      const base = live ? withoutManagedFields(live) : form.empty();
      let managed = decodeLive(live);
      checkApplied(applied, kind);
      if (managed.size === 0) managed = track(form.empty(), base, managed, 'before-first-apply');
      try {
        validate(applied, updater.type);
      } catch (err) {
        throw new Error(`failed to create typed patch object (${objectGVKNN(applied)}): ${messageOf(err)}`, { cause: err });
      }
      const result = mergeOrTakeOver(base, applied, managed, manager, force);
      const object = manager === 'kubectl' ? updateLastApplied(result.object, applied) : result.object;
      return withManagedFields(object, encodeManagedFields(result.managed));
    },
  };
}
