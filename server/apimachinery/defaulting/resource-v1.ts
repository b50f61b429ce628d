/**
 * Defaults of the resource group (dynamic resource allocation).
 *
 * Upstream: pkg/apis/resource/v1/defaults.go.
 */
import { isFields, setUnset, struct } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';
import { formatTime } from '../serializer/go-time.ts';

function request(obj: Fields): void {
  setUnset(obj, { allocationMode: 'ExactCount' });
  if (obj['allocationMode'] === 'ExactCount' && !obj['count']) obj['count'] = 1;
}

export const resourceV1: Record<string, DefaultFunc> = {
  ExactDeviceRequest: request,
  DeviceSubRequest: request,
  DeviceTaint: (obj) => setUnset(obj, { timeAdded: formatTime(Date.now()) }),
  Device: (obj) => {
    for (const mapping of Object.values(struct(obj, 'nodeAllocatableResourceMappings'))) {
      if (isFields(mapping)) setUnset(mapping, { allocationMultiplier: '1' });
    }
  },
};
