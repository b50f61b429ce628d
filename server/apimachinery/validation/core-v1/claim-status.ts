/**
 * How claims of storage fare, and how far they have grown.
 *
 * Upstream: ValidatePersistentVolumeClaimStatusUpdate of pkg/apis/core/validation/validation.go.
 */
import { struct } from '../../access.ts';
import { newPath, notSupported } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check } from '../checks.ts';
import { amounts, validateBasicResource } from './amounts.ts';
import { isNative } from './resource-names.ts';

function validateResourceKey(name: string, at: Path): FieldError[] {
  const errors = check(isQualifiedName(name), name, at);
  return errors.length === 0 && isNative(name) && name !== 'storage' ? [notSupported(at, name, ['storage'])] : errors;
}

const resizeStatuses = ['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress', 'NodeResizeInfeasible', 'NodeResizePending'];

export function validateClaimStatusUpdate(obj: KubeObject): FieldError[] {
  const status = struct(obj, 'status');
  const [statusesAt, allocatedAt] = [newPath('status', 'allocatedResourceStatuses'), newPath('status', 'allocatedResources')];
  return [
    ...amounts(status, 'capacity').flatMap(([name, amount]) => validateBasicResource(amount, newPath('status', 'capacity').key(name))),
    ...Object.entries(struct(status, 'allocatedResourceStatuses')).flatMap(([name, value]) => [
      ...validateResourceKey(name, statusesAt),
      ...(resizeStatuses.includes(String(value)) ? [] : [notSupported(statusesAt, name, resizeStatuses.toSorted())]),
    ]),
    ...amounts(status, 'allocatedResources').flatMap(([name, amount]) => {
      const key = validateResourceKey(name, allocatedAt);
      return key.length > 0 ? key : validateBasicResource(amount, allocatedAt.key(name));
    }),
  ];
}
