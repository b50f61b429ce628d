/**
 * Drivers of storage, the nodes that they run on, and what they have left.
 *
 * Upstream: ValidateCSIDriver, ValidateCSINode, ValidateCSIStorageCapacity of pkg/apis/storage/validation/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain } from '../../names.ts';
import { parseQuantity } from '../../quantity.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, fieldImmutable, semanticEqual, validateImmutableField, validateNonnegativeFields, validateQualifiedName } from '../checks.ts';
import { validateNonnegativeQuantity } from '../core-v1/amounts.ts';
import { printInternal } from '../internal/print.ts';
import { validateLabelSelector } from '../labels.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

const path = newPath('spec');

export function validateDriverName(name: string, at: Path): FieldError[] {
  if (name === '') return [required(at)];
  return [...(byteLength(name) > 63 ? [tooLong(at, 63)] : []), ...check(isDNS1123Subdomain(name.toLowerCase()), name, at)];
}

function validateTokenRequests(requests: Fields[]): FieldError[] {
  const audiences = new Set<string>();
  return eachSliceVal(requests, path.child('tokenRequests'), (request, at) => {
    const [audience, seconds] = [text(request, 'audience'), int(request, 'expirationSeconds')];
    if (audiences.has(audience)) return [duplicate(at.child('audience'), audience)];
    audiences.add(audience);
    if (seconds !== undefined && seconds < 600) return [invalid(at.child('expirationSeconds'), seconds, 'may not specify a duration less than 10 minutes')];
    return seconds !== undefined && seconds > 2 ** 32 ? [invalid(at.child('expirationSeconds'), seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
  });
}

const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];

function validateDriver(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const { fsGroupPolicy: policy, serviceAccountTokenInSecrets: inSecrets } = spec;
  const period = int(spec, 'nodeAllocatableUpdatePeriodSeconds');
  const requests = structs(spec, 'tokenRequests');
  const flags = { attachRequired: 'attachedRequired', podInfoOnMount: 'podInfoOnMount', storageCapacity: 'storageCapacity' };
  return [
    ...Object.entries(flags).filter(([name]) => spec[name] === undefined).map(([, shown]) => required(path.child(shown))),
    ...(policy === undefined || fsGroupPolicies.includes(String(policy)) ? [] : [notSupported(path.child('fsGroupPolicy'), policy, fsGroupPolicies)]),
    ...validateTokenRequests(requests),
    ...strings(spec, 'volumeLifecycleModes').filter((mode) => !lifecycleModes.includes(mode)).map((mode) => notSupported(path.child('volumeLifecycleModes'), mode, lifecycleModes)),
    ...(spec['seLinuxMount'] === undefined ? [required(path.child('seLinuxMount'))] : []),
    ...(period !== undefined && period < 10 ? [invalid(path.child('nodeAllocatableUpdatePeriodSeconds'), period, 'must be greater than or equal to 10 seconds')] : []),
    ...(inSecrets !== undefined && requests.length === 0 ? [invalid(path.child('serviceAccountTokenInSecrets'), inSecrets, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified')] : []),
  ];
}

export const csiDriver = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: validateDriver,
  validateUpdate: (obj, old) => {
    const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
    return [
      ...validateDriver(obj),
      ...validateImmutableField(now['attachRequired'], before['attachRequired'], path.child('attachedRequired')),
      ...validateImmutableField(now['volumeLifecycleModes'], before['volumeLifecycleModes'], path.child('volumeLifecycleModes')),
    ];
  },
});

function validateNodeDriver(driver: Fields, repeated: boolean, at: Path): FieldError[] {
  const [name, id] = [text(driver, 'name'), text(driver, 'nodeID')];
  const keys = strings(driver, 'topologyKeys');
  return [
    ...validateDriverName(name, at.child('name')),
    ...(id === '' ? [required(at.child('nodeID'))] : []),
    ...(byteLength(id) > 256 ? [invalid(at.child('nodeID'), id, 'must be 256 characters or less')] : []),
    ...validateNonnegativeFields(struct(driver, 'allocatable'), ['count'], at.child('allocatable')),
    ...(repeated ? [duplicate(at.child('name'), name)] : []),
    ...keys.flatMap((key, i) => [...(key === '' ? [required(at)] : []), ...(keys.indexOf(key) < i ? [duplicate(at, key)] : []), ...validateQualifiedName(key, at)]),
  ];
}

const driversOf = (obj: KubeObject) => structs(struct(obj, 'spec'), 'drivers');

function validateNode(obj: KubeObject): FieldError[] {
  const names = driversOf(obj).map((driver) => text(driver, 'name'));
  return eachSliceVal(driversOf(obj), path.child('drivers'), (driver, at, i) => validateNodeDriver(driver, names.indexOf(names[i] ?? '') < i, at));
}

const withoutCount = ({ allocatable: _allocatable, ...driver }: Fields) => driver;

export const csiNode = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: validateNode,
  order: ['create', 'own'],
  validateUpdate: (obj, old) => driversOf(old).flatMap((before) =>
    driversOf(obj).filter((now) => now['name'] === before['name'] && !semanticEqual(withoutCount(now), withoutCount(before)))
      .map((now) => invalid(path.child('drivers'), printInternal('CSINodeDriver', withoutCount(now)), fieldImmutable)),
  ),
});

export const csiStorageCapacity = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => {
    const { nodeTopology, capacity } = obj;
    const name = text(obj, 'storageClassName');
    return [
      ...(isFields(nodeTopology) ? validateLabelSelector(nodeTopology, newPath('nodeTopology')) : []),
      ...check(nameIsDNSSubdomain(name, false), name, newPath('storageClassName')),
      ...(capacity === undefined ? [] : validateNonnegativeQuantity(parseQuantity(String(capacity)), newPath('capacity'))),
    ];
  },
  order: ['create', 'meta', 'own'],
  validateUpdate: (obj, old) => ['nodeTopology', 'storageClassName'].filter((name) => !semanticEqual(obj[name], old[name])).map((name) => invalid(newPath(name), obj[name] ?? null, fieldImmutable)),
});
