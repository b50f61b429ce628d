/**
 * Statuses that count replicas.
 *
 * Upstream: ValidateReplicaSetStatus, ValidateDeploymentStatus and their like in pkg/apis/apps/validation/validation.go.
 */
import { int, struct } from '../access.ts';
import type { Fields } from '../access.ts';
import { invalid, newPath } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { validateNonnegativeFields } from './checks.ts';

const path = newPath('status');

interface StatusRules {
  /** No count may be negative. */
  counts: readonly string[];
  /** Each of these is a part of all replicas. */
  parts?: readonly string[];
  /** How the check of available against ready replicas names the latter. */
  ready?: string;
}

function exceeding(status: Fields, names: readonly string[], whole: string, detail: string): FieldError[] {
  const limit = int(status, whole) ?? 0;
  return names.filter((name) => (int(status, name) ?? 0) > limit).map((name) => invalid(path.child(name), int(status, name) ?? 0, detail));
}

function validateCollisionCount(now: Fields, old: Fields): FieldError[] {
  const before = int(old, 'collisionCount');
  const count = int(now, 'collisionCount') ?? 0;
  return before !== undefined && count < before ? [invalid(path.child('collisionCount'), count, 'cannot be decremented')] : [];
}

export function newStatusUpdate({ counts, parts = [], ready }: StatusRules): (obj: KubeObject, old: KubeObject) => FieldError[] {
  return (obj, old) => {
    const status = struct(obj, 'status');
    return [
      ...validateNonnegativeFields(status, counts, path),
      ...exceeding(status, parts, 'replicas', 'cannot be greater than status.replicas'),
      ...(ready === undefined ? [] : exceeding(status, ['availableReplicas'], 'readyReplicas', `cannot be greater than ${ready}`)),
      ...validateCollisionCount(status, struct(old, 'status')),
    ];
  };
}
