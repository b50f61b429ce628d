/**
 * What containers request, and what they are limited to.
 *
 * Upstream: validateResourceRequirements, validateResizePolicy of pkg/apis/core/validation/validation.go.
 * Leaves out page sizes of huge pages.
 */
import { structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, notFound, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { compareQuantity, formatQuantity } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import { validateEnum } from '../checks.ts';
import { amounts, validateQuantityValue } from './amounts.ts';
import { isHugePages, isOvercommitAllowed, validateContainerResourceName } from './resource-names.ts';

function validateAgainstLimit(name: string, request: Quantity, limit: Quantity | undefined, path: Path): FieldError[] {
  if (!limit) return isOvercommitAllowed(name) ? [] : [required(path.child('limits'), 'Limit must be set for non overcommitable resources')];
  const order = compareQuantity(request, limit);
  const at = path.child('requests');
  if (order !== 0 && !isOvercommitAllowed(name)) return [invalid(at, formatQuantity(request), `must be equal to ${name} limit of ${formatQuantity(limit)}`)];
  return order > 0 ? [invalid(at, formatQuantity(request), `must be less than or equal to ${name} limit of ${formatQuantity(limit)}`)] : [];
}

export function validateResourceRequirements(resources: Fields, podClaims: string[], path: Path): FieldError[] {
  const limits = amounts(resources, 'limits');
  const requests = amounts(resources, 'requests');
  const errors: FieldError[] = [];
  for (const [name, amount] of limits) {
    const at = path.child('limits').key(name);
    errors.push(...validateContainerResourceName(name, at), ...validateQuantityValue(name, amount, at));
  }
  for (const [name, amount] of requests) {
    const at = path.child('requests').key(name);
    errors.push(...validateContainerResourceName(name, at), ...validateQuantityValue(name, amount, at));
    errors.push(...validateAgainstLimit(name, amount, limits.find(([limited]) => limited === name)?.[1], path));
  }
  const names = [...limits, ...requests].map(([name]) => name);
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) errors.push(forbidden(path, 'HugePages require cpu or memory'));
  structs(resources, 'claims').forEach((claim, i) => {
    const at = path.child('claims').index(i);
    const name = text(claim, 'name');
    if (name === '') errors.push(required(at));
    else if (!podClaims.includes(name)) errors.push(notFound(at, name));
  });
  return errors;
}

const resizePolicies = ['NotRequired', 'RestartContainer'];

/** Whether a container has to start again to get more or less. */
export function validateResizePolicy(policies: Fields[], podRestartPolicy: string, path: Path): FieldError[] {
  const names = policies.map((policy) => text(policy, 'resourceName'));
  return policies.flatMap((policy, i) => {
    const restart = text(policy, 'restartPolicy');
    const never = podRestartPolicy === 'Never' && restart !== 'NotRequired';
    return [
      ...(names.indexOf(names[i] ?? '') < i ? [duplicate(path.index(i), names[i])] : []),
      ...validateEnum(names[i] ?? '', ['cpu', 'memory'], path),
      ...validateEnum(restart, resizePolicies, path),
      ...(never ? [invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")] : []),
    ];
  });
}
