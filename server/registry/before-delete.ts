/**
 * How a delete goes on: at once, gracefully, or after finalizers.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/delete.go (BeforeDelete) and
 * pkg/registry/generic/registry/store.go (deletionFinalizersForGarbageCollection, markAsDeleting).
 */
import type { KubeObject } from '../apimachinery/types.ts';
import { newConflict } from '../http/status.ts';
import type { WriteScope } from './before-write.ts';
import { formatTime } from '../apimachinery/serializer/go-time.ts';
import type { DeleteOptions } from './rest.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** `pending`: it is being deleted already and this delete asks for nothing sooner. */
export type Gracefulness = { graceful: false; pending: boolean } | { graceful: true; pending: false; seconds: number };

/** Decides, and where the delete is graceful marks `obj` (a copy of the stored object) with its deletion time. */
export function beforeDelete(obj: KubeObject, options: DeleteOptions, { kind, strategy, clock }: WriteScope): Gracefulness {
  const { metadata } = obj;
  checkPreconditions(obj, options, { group: kind.group, resource: kind.kind });
  const requested = options.gracePeriodSeconds === undefined ? undefined : options.gracePeriodSeconds < 0 ? 1 : options.gracePeriodSeconds;
  if (!strategy.gracePeriodSeconds) return { graceful: false, pending: false };
  if (metadata.deletionTimestamp) {
    const granted = metadata.deletionGracePeriodSeconds ?? 0;
    if (granted === 0) return { graceful: false, pending: false };
    if (requested === undefined || requested >= granted) return { graceful: false, pending: true };
    // a later delete may only shorten the time, and never to before now
    const wanted = Date.parse(metadata.deletionTimestamp) + (requested - granted) * 1000;
    const late = wanted < clock.now();
    const seconds = late && requested !== 0 ? 1 : requested;
    metadata.deletionTimestamp = formatTime(late ? clock.now() : wanted);
    metadata.deletionGracePeriodSeconds = seconds;
    return { graceful: true, pending: false, seconds };
  }
  const seconds = strategy.gracePeriodSeconds(obj, { ...options, ...(requested !== undefined && { gracePeriodSeconds: requested }) });
  if (seconds === undefined) return { graceful: false, pending: false };
  metadata.deletionTimestamp = formatTime(clock.now() + seconds * 1000);
  metadata.deletionGracePeriodSeconds = seconds;
  if (metadata.generation) metadata.generation += 1;
  return { graceful: true, pending: false, seconds };
}

function checkPreconditions(obj: KubeObject, { preconditions }: DeleteOptions, gr: { group: string; resource: string }): void {
  const { name = '', uid = '', resourceVersion = '' } = obj.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw newConflict(gr, name, why);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw newConflict(gr, name, why);
  }
}

/** For an object that finalizers keep: being deleted from now on, with no time of grace. */
export function markAsDeleting(obj: KubeObject, now: number): void {
  const { metadata } = obj;
  if (!metadata.deletionTimestamp && metadata.generation) metadata.generation += 1;
  if (!metadata.deletionTimestamp || Date.parse(metadata.deletionTimestamp) > now) metadata.deletionTimestamp = formatTime(now);
  metadata.deletionGracePeriodSeconds = 0;
}

/** The finalizers that an object has once the garbage collector's own say what this delete wants for dependents. */
export function deletionFinalizers(obj: KubeObject, options: DeleteOptions, policy: 'delete' | 'orphan' | 'unsupported'): string[] {
  const current = obj.metadata.finalizers ?? [];
  const others = current.filter((f) => f !== ORPHAN && f !== FOREGROUND);
  if (policy === 'unsupported') return others;
  if (options.orphanDependents !== undefined) return options.orphanDependents ? [...others, ORPHAN] : others;
  switch (options.propagationPolicy) {
    case 'Orphan':
      return [...others, ORPHAN];
    case 'Foreground':
      return [...others, FOREGROUND];
    case 'Background':
      return others;
    default: {
      const chosen = current.find((f) => f === ORPHAN || f === FOREGROUND) ?? (policy === 'orphan' ? ORPHAN : undefined);
      return chosen === undefined ? others : [...others, chosen];
    }
  }
}
