/**
 * FieldManager keeps account of who set which field, in metadata.managedFields, and merges what is applied.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/fieldmanager.go, sigs.k8s.io/structured-merge-diff/v6/merge.
 */
import type { KubeObject } from '../types.ts';

export interface FieldManager {
  /** Accounts for a create (no `live`), update or patch by `manager`; answers `next` with its managedFields. */
  update(live: KubeObject | undefined, next: KubeObject, manager: string): KubeObject;
  /** Merges an applied configuration into `live`; throws a Conflict where others own what it changes, unless forced. */
  apply(live: KubeObject | undefined, applied: KubeObject, manager: string, force: boolean): KubeObject;
}
