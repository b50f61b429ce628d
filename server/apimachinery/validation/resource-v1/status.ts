/**
 * What a claim was given, who uses it, and how its devices fare.
 *
 * Upstream: validateResourceClaimStatusUpdate of pkg/apis/resource/validation/validation.go.
 */
import { isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, tooLong, tooMany } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength } from '../../names.ts';
import { marshalJSON } from '../../quote.ts';
import type { KubeObject } from '../../types.ts';
import { fieldImmutable, requireText, semanticEqual, validateEnum } from '../checks.ts';
import { validateConditions } from '../conditions.ts';
import { validateNodeSelector } from '../core-v1/node-selectors.ts';
import { printInternal } from '../internal/print.ts';
import { validateInterfaceAddress } from '../ips.ts';
import { validateDriverName } from '../storage-v1/csi.ts';
import type { HasRequest } from './claims.ts';
import { requestsOf, validateRequestRef, validateRequestRefs } from './claims.ts';
import { label, validateBinding, validateConfiguration, validatePoolName, validateRawExtension, validateSet, validateSlice } from './shared.ts';

const path = newPath('status');
const at = path.child('allocation');

/** As upstream prints it. */
const deviceID = (device: Fields) => ({ Driver: text(device, 'driver'), Pool: text(device, 'pool'), Device: text(device, 'device'), ShareID: text(device, 'shareID') });

function validateShareID(device: Fields, where: Path): FieldError[] {
  const id = text(device, 'shareID');
  const why = (detail: string) => [invalid(where.child('shareID'), id, detail)];
  if (device['shareID'] === undefined) return [];
  const bare = /^urn:uuid:/i.test(id) ? id.slice(9) : id.replace(/^\{(.*)\}$/s, '$1');
  if (![32, 36].includes(bare.length)) return why(`error validating uid: invalid UUID length: ${id.length}`);
  if (!/^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i.test(bare)) return why('error validating uid: invalid UUID format');
  return id.length === 36 && id === id.toLowerCase() ? [] : why('uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters');
}

function validateResult(result: Fields, has: HasRequest, where: Path): FieldError[] {
  return [
    ...validateRequestRef(text(result, 'request'), has, where.child('request')),
    ...validateDriverName(text(result, 'driver'), where.child('driver')),
    ...validatePoolName(text(result, 'pool'), where.child('pool')),
    ...label(text(result, 'device'), where.child('device')),
    ...validateBinding(strings(result, 'bindingConditions'), strings(result, 'bindingFailureConditions'), where),
    ...validateShareID(result, where),
  ];
}

function validateAllocation(allocation: Fields, has: HasRequest): FieldError[] {
  const devices = struct(allocation, 'devices');
  return [
    ...validateSlice(structs(devices, 'results'), 32, (result, where) => validateResult(result, has, where), at.child('devices', 'results')),
    ...validateSlice(
      structs(devices, 'config'),
      64,
      (config, where) => [...validateEnum(text(config, 'source'), ['FromClaim', 'FromClass'], where.child('source')), ...validateRequestRefs(config, has, where), ...validateConfiguration(config, where)],
      at.child('devices', 'config'),
    ),
    ...validateNodeSelector(allocation['nodeSelector'], at.child('nodeSelector')),
  ];
}

function validateNetworkData(data: Fields, where: Path): FieldError[] {
  const limits = { interfaceName: 256, hardwareAddress: 128 };
  return [
    ...Object.entries(limits).flatMap(([name, max]) => (byteLength(text(data, name)) > max ? [tooLong(where.child(name), max)] : [])),
    ...validateSet(strings(data, 'ips'), 16, validateInterfaceAddress, (ip) => ip, where.child('ips')),
  ];
}

function validateDevice(device: Fields, allocated: Set<string>, where: Path): FieldError[] {
  const id = deviceID(device);
  const conditions = structs(device, 'conditions');
  return [
    ...validateDriverName(id.Driver, where.child('driver')),
    ...validatePoolName(id.Pool, where.child('pool')),
    ...label(id.Device, where.child('device')),
    ...validateShareID(device, where),
    ...(allocated.has(marshalJSON(id)) ? [] : [invalid(where, id, 'must be an allocated device in the claim')]),
    ...(conditions.length > 8 ? [tooMany(where.child('conditions'), conditions.length, 8)] : []),
    ...validateConditions(conditions, where.child('conditions')),
    ...(device['data'] === undefined ? [] : validateRawExtension(device['data'], 10 * 1024, where.child('data'))),
    ...validateNetworkData(struct(device, 'networkData'), where.child('networkData')),
  ];
}

function validateReservations(obj: KubeObject, status: Fields, before: Fields): FieldError[] {
  const where = path.child('reservedFor');
  const [now, then] = [structs(status, 'reservedFor'), structs(before, 'reservedFor')];
  if (now.length === 0) return [];
  if (!isFields(status['allocation'])) return [forbidden(where, 'may not be specified when `allocated` is not set')];
  const added = obj.metadata.deletionTimestamp !== undefined && now.some((ref) => !then.some((old) => semanticEqual(ref, old)));
  return added ? [forbidden(where, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')] : [];
}

export function validateClaimStatus(obj: KubeObject, old: KubeObject): FieldError[] {
  const [status, before] = [struct(obj, 'status'), struct(old, 'status')];
  const { allocation } = status;
  const allocated = new Set(structs(struct(struct(status, 'allocation'), 'devices'), 'results').map((result) => marshalJSON(deviceID(result))));
  const validateGiven = () => {
    if (!isFields(allocation)) return [];
    if (!isFields(before['allocation'])) return validateAllocation(allocation, requestsOf(struct(obj, 'spec')));
    return semanticEqual(allocation, before['allocation']) ? [] : [invalid(at, printInternal('AllocationResult', allocation), fieldImmutable)];
  };
  return [
    ...validateSet(structs(status, 'reservedFor'), 256, (ref, where) => ['resource', 'name', 'uid'].flatMap((name) => requireText(ref, name, where)), (ref) => text(ref, 'uid'), path.child('reservedFor')),
    ...validateSet(structs(status, 'devices'), Infinity, (device, where) => validateDevice(device, allocated, where), deviceID, path.child('devices')),
    ...validateReservations(obj, status, before),
    ...validateGiven(),
  ];
}
