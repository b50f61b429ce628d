/**
 * Defaults of the storage and scheduling groups.
 *
 * Upstream: pkg/apis/storage/v1/defaults.go, pkg/apis/scheduling/v1/defaults.go.
 */
import { ensureStruct, setUnset } from '../access.ts';
import type { DefaultFunc } from '../access.ts';

export const storageV1: Record<'storage' | 'scheduling', Record<string, DefaultFunc>> = {
  storage: {
    StorageClass: (obj) => setUnset(obj, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
    CSIDriver: (obj) =>
      setUnset(ensureStruct(obj, 'spec'), {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: 'ReadWriteOnceWithFSType',
        volumeLifecycleModes: ['Persistent'],
        requiresRepublish: false,
        seLinuxMount: false,
      }),
  },
  scheduling: { PriorityClass: (obj) => setUnset(obj, { preemptionPolicy: 'PreemptLowerPriority' }) },
};
