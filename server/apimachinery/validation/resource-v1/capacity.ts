/**
 * How much of a shared device may be asked for.
 *
 * Upstream: validateRequestPolicy of pkg/apis/resource/validation/validation.go.
 */
import { isFields, struct } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { addQuantity, compareQuantity, formatQuantity, milliValue, parseQuantity } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import { validateSet } from './shared.ts';

const amount = (obj: Fields, name: string) => (obj[name] === undefined || obj[name] === null ? undefined : parseQuantity(String(obj[name])));
const whole = (q: Quantity) => Math.ceil(milliValue(q) / 1000);
const maxOptions = 10;

function validateValues(values: Quantity[], chosen: Quantity, capacity: Quantity, at: Path): FieldError[] {
  const unsorted = values.slice(1).flatMap((value, i) => (compareQuantity(values[i] ?? value, value) > 0 ? [invalid(at.index(i + 1), formatQuantity(value), 'values must be sorted in ascending order')] : []));
  const larger = (value: Quantity, where: Path) => (compareQuantity(value, capacity) > 0 ? [invalid(where, formatQuantity(value), `option is larger than capacity value: ${formatQuantity(capacity)}`)] : []);
  const found = values.length <= maxOptions && values.some((value) => compareQuantity(value, chosen) === 0);
  return [
    ...unsorted,
    ...validateSet(values, maxOptions, larger, (value) => String(whole(value)), at),
    ...(found ? [] : [invalid(at, formatQuantity(chosen), 'default value is not valid according to the requestPolicy')]),
  ];
}

function validateRange(range: Fields, chosen: Quantity, capacity: Quantity, at: Path): FieldError[] {
  const [min, max, step] = [amount(range, 'min'), amount(range, 'max'), amount(range, 'step')];
  if (!min) return [required(at.child('min'), 'required when validRange is defined')];
  const errors: FieldError[] = [];
  const mustNotExceed = (a: Quantity, b: Quantity, name: string, shown: Quantity, detail: string) => {
    if (compareQuantity(a, b) > 0) errors.push(invalid(at.child(name), formatQuantity(shown), detail));
  };
  mustNotExceed(min, capacity, 'min', min, `min is larger than capacity value: ${formatQuantity(capacity)}`);
  mustNotExceed(min, chosen, 'min', chosen, `default is less than min: ${formatQuantity(min)}`);
  if (max) {
    mustNotExceed(min, max, 'max', min, `min is larger than max: ${formatQuantity(max)}`);
    mustNotExceed(max, capacity, 'max', max, `max is larger than capacity value: ${formatQuantity(capacity)}`);
    mustNotExceed(chosen, max, 'max', chosen, `default is more than max: ${formatQuantity(max)}`);
  }
  if (!step) return errors;
  const next = addQuantity(min, step);
  mustNotExceed(next, capacity, 'step', step, `one step ${formatQuantity(next)} is larger than capacity value: ${formatQuantity(capacity)}`);
  const detail = `value is not a multiple of a given step (${formatQuantity(step)}) from (${formatQuantity(min)})`;
  const off = [chosen, ...(max ? [max] : [])].filter((value) => (whole(value) - whole(min)) % whole(step) !== 0);
  return [...errors, ...off.map((value) => invalid(at.child('step'), formatQuantity(value), detail))];
}

function validatePolicy(policy: Fields, capacity: Quantity, at: Path): FieldError[] {
  const values = Array.isArray(policy['validValues']) ? policy['validValues'].map((value) => parseQuantity(String(value))) : [];
  const range = isFields(policy['validRange']);
  const chosen = amount(policy, 'default');
  if (values.length > 0 && range) return [forbidden(at, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time')];
  if (values.length === 0 && !range) return [];
  const by = range ? 'validRange' : 'validValues';
  if (!chosen) return [required(at.child('default'), `required when ${by} is defined`)];
  return range ? validateRange(struct(policy, 'validRange'), chosen, capacity, at.child(by)) : validateValues(values, chosen, capacity, at.child(by));
}

/** `shared`: the device may be given to several claims. */
export function validateCapacity(capacity: Fields, shared: boolean, path: Path): FieldError[] {
  const at = path.child('requestPolicy');
  if (!isFields(capacity['requestPolicy'])) return [];
  return shared ? validatePolicy(struct(capacity, 'requestPolicy'), amount(capacity, 'value') ?? parseQuantity('0'), at) : [forbidden(at, 'allowMultipleAllocations must be true')];
}

