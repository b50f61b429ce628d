/**
 * What containers request, and what they are limited to.
 *
 * Upstream: validateResourceRequirements of pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go.
 * Leaves out page sizes of huge pages.
 */
import { struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notFound, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { compareQuantity, formatQuantity, milliValue, parseQuantity } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import { check } from '../checks.ts';

const containerResources = ['cpu', 'memory', 'ephemeral-storage'];
const countable = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'];
const standardResources = [
  ...containerResources, ...containerResources.flatMap((r) => [`requests.${r}`, `limits.${r}`]), ...countable, 'storage', 'requests.storage',
];

export const isHugePages = (name: string) => name.startsWith('hugepages-');
const isNative = (name: string) => !name.includes('/') || name.split('/')[0]!.endsWith('kubernetes.io');
const isOvercommitAllowed = (name: string) => isNative(name) && !isHugePages(name);

function isExtendedResourceName(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

function validateName(name: string, path: Path): FieldError[] {
  const errors = check(isQualifiedName(name), name, path);
  if (!name.includes('/')) {
    if (errors.length === 0 && !standardResources.includes(name) && !isHugePages(name)) errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    if (!containerResources.includes(name) && !isHugePages(name)) errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtendedResourceName(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validateAmount(name: string, amount: Quantity, path: Path): FieldError[] {
  const errors = amount.value < 0n ? [invalid(path, formatQuantity(amount), 'must be greater than or equal to 0')] : [];
  const whole = countable.includes(name) || isExtendedResourceName(name);
  return whole && milliValue(amount) % 1000 !== 0 ? [...errors, invalid(path, formatQuantity(amount), 'must be an integer')] : errors;
}

/** Amounts by name, in the order of their names. */
function amounts(resources: Fields, kind: string): [string, Quantity][] {
  return Object.entries(struct(resources, kind)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, amount]) => [name, parseQuantity(String(amount))]);
}

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
    errors.push(...validateName(name, at), ...validateAmount(name, amount, at));
  }
  for (const [name, amount] of requests) {
    const at = path.child('requests').key(name);
    errors.push(...validateName(name, at), ...validateAmount(name, amount, at));
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
