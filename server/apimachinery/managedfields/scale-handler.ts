/**
 * The managedFields of an object as its scale subresource shows them, and back: of all that is owned, the replicas.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go.
 */
import type { ManagedFieldsEntry } from '../types.ts';
import { fieldElement } from './fieldpath/path-element.ts';
import { difference, has, isEmpty, newSet } from './fieldpath/set.ts';
import type { Managed } from './managed.ts';
import { decodeManagedFields, encodeManagedFields } from './managed.ts';

const scaleVersion = 'autoscaling/v1';
/** Where both a Scale and every built-in kind keep them. */
const replicas = ['spec', 'replicas'].map(fieldElement);
const replicasOnly = newSet(replicas);

export interface ScaleHandler {
  /** The entries to give the Scale before it is updated. */
  toSubresource(): ManagedFieldsEntry[] | undefined;
  /** The entries to give the object, from those of the updated Scale. */
  toParent(scaleEntries: readonly ManagedFieldsEntry[] | undefined): ManagedFieldsEntry[] | undefined;
}

/** Entries of other versions than the object's are not passed on. Throws for entries that cannot be read. */
export function newScaleHandler(parentEntries: readonly ManagedFieldsEntry[] | undefined, apiVersion: string): ScaleHandler {
  const parent: Managed = new Map([...decodeManagedFields(parentEntries)].filter(([, owned]) => owned.apiVersion === apiVersion));
  return {
    toSubresource() {
      const owners = [...parent].filter(([, { set }]) => has(set, replicas));
      return encodeManagedFields(new Map(owners.map(([id, owned]) => [id, { ...owned, apiVersion: scaleVersion, set: replicasOnly }])));
    },
    toParent(scaleEntries) {
      const scale = decodeManagedFields(scaleEntries);
      const managed: Managed = new Map();
      for (const [id, owned] of parent) {
        const stolen = has(owned.set, replicas) && !scale.delete(id);
        const set = stolen ? difference(owned.set, replicasOnly) : owned.set;
        if (!isEmpty(set)) managed.set(id, { ...owned, set });
      }
      for (const [id, owned] of scale) {
        if (has(owned.set, replicas)) managed.set(id, { ...owned, apiVersion, set: replicasOnly, time: parent.get(id)?.time });
      }
      return encodeManagedFields(managed);
    },
  };
}
