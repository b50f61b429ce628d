/**
 * What devices have that is behind feature gates, and claims that give devices back.
 *
 * Upstream: pkg/registry/resource/{resourceclaim,resourceslice}/strategy.go.
 */
import { isFields, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { afterwards } from './override.ts';
import type { Override } from './override.ts';

const lists = ['bools', 'ints', 'strings', 'versions'];

const devicesOf = (slice: KubeObject) => structs(struct(slice, 'spec'), 'devices');
const attributesOf = (device: Fields) => Object.values(struct(device, 'attributes')).filter(isFields);

function withoutLists(device: Fields): Fields {
  if (!isFields(device['attributes'])) return device;
  const attributes = Object.entries(struct(device, 'attributes')).map(([name, value]) => [name, isFields(value) ? Object.fromEntries(Object.entries(value).filter(([type]) => !lists.includes(type))) : value]);
  return { ...device, attributes: Object.fromEntries(attributes) };
}

function withoutMappings({ nodeAllocatableResourceMappings: _mappings, ...device }: Fields): Fields {
  return device;
}

function dropGated(slice: KubeObject, old?: KubeObject): void {
  const before = old ? devicesOf(old) : [];
  const listsInUse = before.some((device) => attributesOf(device).some((attribute) => lists.some((type) => attribute[type] !== undefined)));
  const mappingsInUse = before.some((device) => isFields(device['nodeAllocatableResourceMappings']));
  const spec = struct(slice, 'spec');
  if (!Array.isArray(spec['devices'])) return;
  const devices = devicesOf(slice).map((device) => (listsInUse ? device : withoutLists(device))).map((device) => (mappingsInUse ? device : withoutMappings(device)));
  slice.spec = { ...spec, devices };
}

const idOf = (device: Fields) => JSON.stringify(['driver', 'pool', 'device', 'shareID'].map((name) => text(device, name)));
const allocated = (claim: KubeObject) => structs(struct(struct(struct(claim, 'status'), 'allocation'), 'devices'), 'results').map(idOf);

export const resourceStrategies: Record<string, Override> = {
  'resourceslices.resource.k8s.io': afterwards(dropGated),
  'resourceclaims.resource.k8s.io': () => ({
    prepareSubresource(_status, obj, old) {
      const now = allocated(obj);
      const gone = allocated(old).filter((id) => !now.includes(id));
      const { devices: _devices, ...status } = struct(obj, 'status');
      const kept = structs(struct(obj, 'status'), 'devices').filter((device) => !gone.includes(idOf(device)));
      obj.status = { ...status, ...(kept.length > 0 && { devices: kept }) };
    },
  }),
};
