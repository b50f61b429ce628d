/**
 * Defaults of the storage and scheduling groups.
 *
 * Upstream: pkg/apis/storage/v1/defaults.go, pkg/apis/scheduling/v1/defaults.go.
 */
import { ensureStruct, setNil } from '../access.ts';
import type { DefaultFunc } from '../access.ts';

export const storageV1: Record<'storage' | 'scheduling', Record<string, DefaultFunc>> = {
  storage: {
    StorageClass: (obj) => setNil(obj, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
    CSIDriver: (obj) =>
      setNil(ensureStruct(obj, 'spec'), {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: 'ReadWriteOnceWithFSType',
        volumeLifecycleModes: ['Persistent'],
        requiresRepublish: false,
        seLinuxMount: false,
      }),
  },
  scheduling: { PriorityClass: (obj) => setNil(obj, { preemptionPolicy: 'PreemptLowerPriority' }) },
};
