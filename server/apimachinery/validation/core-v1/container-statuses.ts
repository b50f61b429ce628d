/**
 * What kubelets tell of containers beside their states: as whom they run, and how healthy their devices are; and which claim
 * gives the devices that a pod asked for by name.
 *
 * Upstream: validateContainerStatusUsers, validateContainerStatusAllocatedResourcesStatus,
 * validateContainerStatusNoAllocatedResourcesStatus, validatePodExtendedResourceClaimStatus of
 * pkg/apis/core/validation/validation.go.
 */
import { int, isFields, struct, structs, text, texts } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain, isInRange } from '../../names.ts';
import { Names, check, eachSliceVal, validateDNS1123Label } from '../checks.ts';

const path = newPath('status');
const validateID = (id: number, at: Path) => check(isInRange(id, 0, 2 ** 31 - 1), id, at);

function validateUser(status: Fields, os: string, at: Path): FieldError[] {
  const linux = struct(status, 'user')['linux'];
  if (!isFields(linux)) return [];
  if (os === 'windows') return [forbidden(at.child('user', 'linux'), 'cannot be set for a windows pod')];
  const own = at.child('user', 'linux');
  const groups = Array.isArray(linux['supplementalGroups']) ? linux['supplementalGroups'] : [];
  return [
    ...['uid', 'gid'].flatMap((name) => validateID(int(linux, name) ?? 0, own.child(name))),
    ...eachSliceVal(groups, own.child('supplementalGroups'), (id, at) => (typeof id === 'number' ? validateID(id, at) : [])),
  ];
}

const health = ['Healthy', 'Unhealthy', 'Unknown'];

function validateDevices(devices: Fields[], path: Path): FieldError[] {
  const ids = new Set<string>();
  return eachSliceVal(devices, path, (device, at) => {
    const [state, id, { message }] = [text(device, 'health'), text(device, 'resourceID'), device];
    const errors = health.includes(state) ? [] : [notSupported(at.child('health'), state, health)];
    if (message === '') errors.push(required(at.child('message'), 'must be non-empty if specified'));
    else if (typeof message === 'string' && byteLength(message) > 1024) errors.push(tooLong(at.child('message'), 1024));
    if (ids.has(id)) errors.push(duplicate(at.child('resourceID'), id));
    ids.add(id);
    return errors;
  });
}

function askedBy(container: Fields, name: string): boolean {
  const resources = struct(container, 'resources');
  if (!name.startsWith('claim:')) return Object.hasOwn(struct(resources, 'requests'), name);
  return structs(resources, 'claims').some((claim) => name === `claim:${[text(claim, 'name'), text(claim, 'request')].filter((part) => part !== '').join('/')}`);
}

function validateAllocated(status: Fields, containers: Fields[], at: Path): FieldError[] {
  const container = containers.find((c) => c['name'] === status['name']);
  return eachSliceVal(structs(status, 'allocatedResourcesStatus'), at.child('allocatedResourcesStatus'), (allocated, own) => {
    const name = text(allocated, 'name');
    const why = name.startsWith('claim:') ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty" : "must match one of the container's resource requests";
    return [...(container && !askedBy(container, name) ? [invalid(own.child('name'), name, why)] : []), ...validateDevices(structs(allocated, 'resources'), own.child('resources'))];
  });
}

export function validateContainerStatuses(status: Fields, spec: Fields): FieldError[] {
  const os = text(struct(spec, 'os'), 'name');
  const each = (list: string, validate: (of: Fields, at: Path) => FieldError[]) => eachSliceVal(structs(status, list), path.child(list), validate);
  return [
    ...['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) => each(list, (of, at) => validateUser(of, os, at))),
    ...each('containerStatuses', (of, at) => validateAllocated(of, structs(spec, 'containers'), at)),
    ...each('initContainerStatuses', (of, at) => validateAllocated(of, structs(spec, 'initContainers'), at)),
    ...each('ephemeralContainerStatuses', (of, at) => (structs(of, 'allocatedResourcesStatus').length > 0 ? [forbidden(at.child('allocatedResourcesStatus'), 'must not be specified in container status')] : [])),
  ];
}

export function validateExtendedResourceClaim({ extendedResourceClaimStatus: status }: Fields, spec: Fields): FieldError[] {
  if (!isFields(status)) return [];
  const at = path.child('extendedResourceClaimStatus');
  const containers = ['initContainers', 'containers'].flatMap((list) => structs(spec, list));
  const mappings = structs(status, 'requestMappings');
  const seen = new Names();
  const claim = text(status, 'resourceClaimName');
  return [
    ...(mappings.length === 0 ? [required(at.child('requestMappings'), 'at least one request mapping is required')] : []),
    ...eachSliceVal(mappings, at.child('requestMappings'), (mapping, own) => {
      const [containerName, resource, request] = texts(mapping, 'containerName', 'resourceName', 'requestName');
      const container = containers.findLast((c) => c['name'] === containerName);
      const errors: FieldError[] = [];
      if (!container) errors.push(invalid(own.child('containerName'), containerName, 'must match the name of an entry in spec.initContainers.name or spec.containers.name'));
      else if (!Object.hasOwn(struct(struct(container, 'resources'), 'requests'), resource)) errors.push(invalid(own.child('resourceName'), resource, 'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests'));
      errors.push(...validateDNS1123Label(request, at.child('requestName')));
      if (seen.repeats(`${containerName} ${resource} ${request}`)) errors.push(...['containerName', 'resourceName', 'requestName'].map((name) => duplicate(own.child(name), mapping[name])));
      return errors;
    }),
    ...(claim === '' ? [required(at.child('resourceClaimName'))] : check(isDNS1123Subdomain(claim), claim, at.child('resourceClaimName'))),
  ];
}
