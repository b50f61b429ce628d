/**
 * How claims of storage fare, and how far they have grown.
 *
 * Upstream: ValidatePersistentVolumeClaimStatusUpdate of pkg/apis/core/validation/validation.go.
 */
import { struct } from '../../access.ts';
import { invalid, newPath, notSupported } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { compareQuantity, milliValue } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import type { KubeObject } from '../../types.ts';
import { check } from '../checks.ts';
import { amounts } from './amounts.ts';
import { isNative } from './resource-names.ts';

function validateResourceKey(name: string, at: Path): FieldError[] {
  const errors = check(isQualifiedName(name), name, at);
  return errors.length === 0 && isNative(name) && name !== 'storage' ? [notSupported(at, name, ['storage'])] : errors;
}

const resizeStatuses = ['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress', 'NodeResizeInfeasible', 'NodeResizePending'];

const validateBasic = (amount: Quantity, at: Path) => (compareQuantity(amount, '0') < 0 ? [invalid(at, Math.ceil(milliValue(amount) / 1000), 'must be a valid resource quantity')] : []);

export function validateClaimStatusUpdate(obj: KubeObject): FieldError[] {
  const status = struct(obj, 'status');
  const [statusesAt, allocatedAt] = [newPath('status', 'allocatedResourceStatuses'), newPath('status', 'allocatedResources')];
  return [
    ...amounts(status, 'capacity').flatMap(([name, amount]) => validateBasic(amount, newPath('status', 'capacity').key(name))),
    ...Object.entries(struct(status, 'allocatedResourceStatuses')).flatMap(([name, value]) => [
      ...validateResourceKey(name, statusesAt),
      ...(resizeStatuses.includes(String(value)) ? [] : [notSupported(statusesAt, name, resizeStatuses.toSorted())]),
    ]),
    ...amounts(status, 'allocatedResources').flatMap(([name, amount]) => {
      const key = validateResourceKey(name, allocatedAt);
      return key.length > 0 ? key : validateBasic(amount, allocatedAt.key(name));
    }),
  ];
}
