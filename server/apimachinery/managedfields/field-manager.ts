/**
 * FieldManager keeps account of who set which field, in metadata.managedFields, and merges what is applied.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/{fieldmanager,structuredmerge,managedfieldsupdater,
 * skipnonapplied,buildmanagerinfo,versioncheck}.go, there a chain of managers, here the steps of two functions.
 */
import type { Clock } from '../../http/context.ts';
import { newBadRequest } from '../../http/status.ts';
import type { Scheme } from '../scheme.ts';
import { decodeTyped } from '../serializer/typed/decode.ts';
import { GoTypes } from '../serializer/typed/go-types.ts';
import type { GroupVersionKind, KubeObject, ManagedFieldsEntry } from '../types.ts';
import { formatGroupVersion, parseGroupVersion } from '../types.ts';
import { capUpdateManagers } from './cap-managers.ts';
import { isEmpty, union } from './fieldpath/set.ts';
import type { Managed, Manager } from './managed.ts';
import { decodeManagedFields, encodeManagedFields, managerIdentifier } from './managed.ts';
import { Conflicts } from './merge/conflict.ts';
import type { Updater } from './merge/updater.ts';
import { apply, update } from './merge/updater.ts';
import { resetFieldsFilter } from './reset-fields.ts';
import { stripMeta } from './strip-meta.ts';
import { newParser } from './typed/parser.ts';
import { validate } from './typed/validate.ts';

export interface FieldManager {
  /** Accounts for a create (no `live`), update or patch by `manager`; answers `next` with its managedFields. */
  update(live: KubeObject | undefined, next: KubeObject, manager: string): KubeObject;
  /** Merges an applied configuration into `live`; throws a Conflict where others own what it changes, unless forced. */
  apply(live: KubeObject | undefined, applied: KubeObject, manager: string, force: boolean): KubeObject;
}
