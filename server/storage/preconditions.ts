/**
 * Preconditions: what must be true of the stored object for a write to go on.
 *
 * Upstream: Preconditions.Check in k8s.io/apiserver/pkg/storage/interfaces.go.
 */
import type { GroupResource, KubeObject } from '../apimachinery/types.ts';
import { newConflict } from '../http/status.ts';
import { invalidObjMessage, nameFromKey } from './errors.ts';
import type { Preconditions } from './interfaces.ts';

/** Throws a Conflict; an object that is not there has neither uid nor version. */
export function checkPreconditions(preconditions: Preconditions | undefined, gr: GroupResource, key: string, obj: KubeObject | undefined): void {
  if (!preconditions) return;
  const { uid = '', resourceVersion = '' } = obj?.metadata ?? {};
  const fail = (message: string) => newConflict(gr, nameFromKey(key), invalidObjMessage(key, `Precondition failed: ${message}`));
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw fail(`UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`);
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw fail(`ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`);
  }
}
