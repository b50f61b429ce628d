/**
 * LimitRanges.
 *
 * Upstream: ValidateLimitRange of pkg/apis/core/validation/validation.go.
 */
import { struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { compareQuantity, formatQuantity, milliValue } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { amountOf, amounts } from './amounts.ts';
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from './resource-names.ts';

const path = newPath('spec', 'limits');

function validateType(type: string, at: Path): FieldError[] {
  const errors = check(isQualifiedName(type), type, at);
  if (errors.length > 0 || type.includes('/') || ['Pod', 'Container', 'PersistentVolumeClaim'].includes(type)) return errors;
  return [invalid(at, type, 'must be a standard limit type or fully qualified')];
}

const defaults = ['default', 'defaultRequest'];
const lists = ['max', 'min', ...defaults, 'maxLimitRequestRatio'];

function validateNames(limit: Fields, at: Path): FieldError[] {
  const type = text(limit, 'type');
  const nameFn = type === 'Pod' || type === 'Container' ? validateContainerResourceName : validateResourceName;
  return lists.flatMap((list) => {
    const set = amounts(limit, list);
    if (type === 'Pod' && defaults.includes(list)) return set.length > 0 ? [forbidden(at.child(list), "may not be specified when `type` is 'Pod'")] : [];
    const names = set.flatMap(([name]) => nameFn(name, at.child(list).key(name)));
    const bounds = { ...struct(limit, 'min'), ...struct(limit, 'max') };
    const unbounded = list === 'defaultRequest' && type === 'PersistentVolumeClaim' && !('storage' in bounds);
    return unbounded ? [...names, required(at.child('limits'), 'either minimum or maximum storage value is required, but neither was provided')] : names;
  });
}

/** Which amount may not exceed which: [less, its name, more, its name, where it is told, with what value]. */
const orders = [
  ['min', 'min', 'max', 'max', 'min', 'min'],
  ['min', 'min', 'defaultRequest', 'default request', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'default request', 'max', 'max', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'default request', 'default', 'default limit', 'defaultRequest', 'defaultRequest'],
  ['min', 'min', 'default', 'default', 'default', 'min'],
  ['default', 'default', 'max', 'max', 'default', 'max'],
] as const;

function validateRatio(ratio: Quantity | undefined, min: Quantity | undefined, max: Quantity | undefined, at: Path): FieldError[] {
  if (!ratio) return [];
  const errors = compareQuantity(ratio, '1') < 0 ? [invalid(at, formatQuantity(ratio), `ratio ${formatQuantity(ratio)} is less than 1`)] : [];
  if (!min || !max) return errors;
  const bound = milliValue(max) / milliValue(min);
  return milliValue(ratio) / 1000 > bound ? [...errors, invalid(at, formatQuantity(ratio), `ratio ${formatQuantity(ratio)} is greater than max/min = ${bound.toFixed(6)}`)] : errors;
}

function validateOrder(limit: Fields, name: string, at: Path): FieldError[] {
  const isPod = limit['type'] === 'Pod';
  const of = (list: string) => (isPod && defaults.includes(list) ? undefined : amountOf(limit, list, name));
  const errors: FieldError[] = [];
  for (const [less, lessName, more, moreName, where, shown] of orders) {
    const [low, high, value] = [of(less), of(more), of(shown)];
    if (!low || !high || !value || compareQuantity(low, high) <= 0) continue;
    errors.push(invalid(at.child(where).key(name), formatQuantity(value), `${lessName} value ${formatQuantity(low)} is greater than ${moreName} value ${formatQuantity(high)}`));
  }
  errors.push(...validateRatio(of('maxLimitRequestRatio'), of('min'), of('max'), at.child('maxLimitRequestRatio').key(name)));
  const [given, request] = [of('default'), of('defaultRequest')];
  if (!isOvercommitAllowed(name) && given && request && compareQuantity(given, request) !== 0) {
    errors.push(invalid(at.child('defaultRequest').key(name), formatQuantity(request), `default value ${formatQuantity(given)} must equal to defaultRequest value ${formatQuantity(request)} in ${name}`));
  }
  return errors;
}

function validate(obj: KubeObject): FieldError[] {
  const types = new Set<string>();
  return eachSliceVal(structs(struct(obj, 'spec'), 'limits'), path, (limit, at) => {
    const type = text(limit, 'type');
    const repeated = types.has(type) ? [duplicate(at.child('type'), type)] : [];
    types.add(type);
    const names = [...new Set(lists.flatMap((list) => Object.keys(struct(limit, list))))].sort();
    return [...validateType(type, at.child('type')), ...repeated, ...validateNames(limit, at), ...names.flatMap((name) => validateOrder(limit, name, at))];
  });
}

export const limitRange = newKind({ namespaced: true, nameFn: nameIsDNSSubdomain, validate, order: ['create'] });
