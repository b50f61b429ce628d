/**
 * What containers and pods request, and what they are limited to.
 *
 * Upstream: validateResourceRequirements, validateResourceClaimNames, validateResizePolicy of
 * pkg/apis/core/validation/validation.go.
 */
import { structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, notFound, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { compareQuantity, formatQuantity, milliValue, parseQuantity } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import { eachSliceVal, validateDNS1123Label, validateEnum } from '../checks.ts';
import { amounts, validateQuantityValue } from './amounts.ts';
import { isHugePages, isOvercommitAllowed, validateContainerResourceName } from './resource-names.ts';

function validateAgainstLimit(name: string, request: Quantity, limit: Quantity | undefined, path: Path): FieldError[] {
  if (!limit) return isOvercommitAllowed(name) ? [] : [required(path.child('limits'), 'Limit must be set for non overcommitable resources')];
  const order = compareQuantity(request, limit);
  const at = path.child('requests');
  if (order !== 0 && !isOvercommitAllowed(name)) return [invalid(at, formatQuantity(request), `must be equal to ${name} limit of ${formatQuantity(limit)}`)];
  return order > 0 ? [invalid(at, formatQuantity(request), `must be less than or equal to ${name} limit of ${formatQuantity(limit)}`)] : [];
}

function validatePages(name: string, amount: Quantity, at: Path): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = pageSize(name.slice('hugepages-'.length));
  const whole = size > 0 && Number.isInteger(size) && Math.ceil(milliValue(amount) / 1000) % size === 0;
  return whole ? [] : [invalid(at, formatQuantity(amount), `${formatQuantity(amount)} is not positive integer multiple of ${name}`)];
}

function pageSize(size: string): number {
  try {
    return milliValue(parseQuantity(size)) / 1000;
  } catch {
    return 0;
  }
}

/** Of a claim, either the whole or requests by name. */
function validateClaims(claims: Fields[], podClaims: string[], path: Path): FieldError[] {
  const keys: string[] = [];
  return eachSliceVal(claims, path, (claim, at) => {
    const [name, request] = [text(claim, 'name'), text(claim, 'request')];
    if (name === '') return [required(at)];
    const errors: FieldError[] = [];
    if (keys.includes(name)) {
      errors.push(duplicate(at, name));
    } else {
      const key = request === '' ? name : `${name}/${request}`;
      if (request !== '') errors.push(...validateDNS1123Label(request, at.child('request')));
      if (keys.includes(key)) errors.push(duplicate(at, key));
      else if (request === '') errors.push(...keys.filter((other) => other.startsWith(`${name}/`)).map(() => duplicate(at, name)));
      keys.push(key);
    }
    if (podClaims.includes(name)) return errors;
    const { body, ...rest } = notFound(at, name);
    const known = podClaims.length === 0 ? ' which is empty' : `: ${podClaims.toSorted().join(', ')}`;
    return [...errors, { ...rest, body: `${body}: must be one of the names in pod.spec.resourceClaims${known}` }];
  });
}

export function validateResourceRequirements(resources: Fields, podClaims: string[], path: Path, nameFn = validateContainerResourceName): FieldError[] {
  const limits = amounts(resources, 'limits');
  const requests = amounts(resources, 'requests');
  const errors: FieldError[] = [];
  for (const [name, amount] of limits) {
    const at = path.child('limits').key(name);
    errors.push(...nameFn(name, at), ...validateQuantityValue(name, amount, at), ...validatePages(name, amount, at));
  }
  for (const [name, amount] of requests) {
    const at = path.child('requests').key(name);
    errors.push(...nameFn(name, at), ...validateQuantityValue(name, amount, at));
    errors.push(...validateAgainstLimit(name, amount, limits.find(([limited]) => limited === name)?.[1], path), ...validatePages(name, amount, at));
  }
  const names = [...limits, ...requests].map(([name]) => name);
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) errors.push(forbidden(path, 'HugePages require cpu or memory'));
  return [...errors, ...validateClaims(structs(resources, 'claims'), podClaims, path.child('claims'))];
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
