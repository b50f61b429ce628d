/**
 * Who owns which fields since when: metadata.managedFields, read and written.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/{managedfields,fields}.go. A set and its time are one.
 */
import { quote } from '../quote.ts';
import type { ManagedFieldsEntry } from '../types.ts';
import { fromFieldsV1, toFieldsV1 } from './fieldpath/serialize.ts';
import type { FieldSet } from './fieldpath/set.ts';
import { EMPTY } from './fieldpath/set.ts';

export interface Manager {
  readonly manager?: string | undefined;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
}

export interface Owned extends Manager {
  readonly set: FieldSet;
  readonly time?: string | undefined;
}

/** By identifier. */
export type Managed = Map<string, Owned>;

/** One manager is one entry; an applier stays the same from one version to the next. */
export function managerIdentifier({ manager, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify({
    manager: manager || undefined,
    operation,
    apiVersion: operation === 'Apply' ? undefined : apiVersion,
    subresource: subresource || undefined,
  });
}

/** Throws for an entry that says nothing, or not what it should. */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] = []): Managed {
  const managed: Managed = new Map();
  entries.forEach((entry, i) => {
    const { manager, operation, apiVersion, subresource, fieldsType, fieldsV1, time } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new Error('apiVersion must not be empty');
    if (!fieldsType) throw new Error(`missing fieldsType in managed fields entry ${i}`);
    if (fieldsType !== 'FieldsV1') throw new Error(`invalid fieldsType ${quote(fieldsType)} in managed fields entry ${i}`);
    const who: Manager = { manager, operation, apiVersion, subresource };
    managed.set(managerIdentifier(who), { ...who, set: fieldsV1 ? fromFieldsV1(fieldsV1) : EMPTY, time });
  });
  return managed;
}

/** Undefined where nobody owns anything. */
export function encodeManagedFields(managed: Managed): ManagedFieldsEntry[] | undefined {
  if (managed.size === 0) return undefined;
  return [...managed.values()].sort(compareOwned).map(({ manager, operation, apiVersion, subresource, set, time }) => ({
    ...(manager && { manager }),
    operation,
    apiVersion,
    ...(time && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(subresource && { subresource }),
  }));
}

/** The same instant may be written in more than one way; no time comes before any. */
export const timeOf = ({ time }: Owned) => (time ? Math.floor(Date.parse(time) / 1000) : 0);

const compareText = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0);

function compareOwned(a: Owned, b: Owned): number {
  return (
    compareText(a.operation, b.operation) ||
    timeOf(a) - timeOf(b) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}
