/**
 * What claims, classes and slices have in common: bounded lists and sets, names, device configuration and selectors.
 *
 * Upstream: pkg/apis/resource/validation/validation.go. Leaves out whether the expressions of selectors compile.
 */
import { isFields, struct, structs, text, texts } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, required, tooLong, tooMany } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain, isValidLabelValue, isQualifiedName, regexError } from '../../names.ts';
import { marshalJSON } from '../../quote.ts';
import { check, eachSliceVal, validateDNS1123Label, validateDNS1123Subdomain, validateEnum } from '../checks.ts';
import { validateDriverName } from '../storage-v1/csi.ts';

export const label = validateDNS1123Label;

/** Too many are told of and not looked at. */
export function validateSlice<T>(items: T[], max: number, validateItem: (item: T, at: Path) => FieldError[], path: Path): FieldError[] {
  return items.length > max ? [tooMany(path, items.length, max)] : eachSliceVal(items, path, validateItem);
}

/** A slice without repeated keys. */
export function validateSet<T>(items: T[], max: number, validateItem: (item: T, at: Path) => FieldError[], keyOf: (item: T) => unknown, path: Path): FieldError[] {
  const errors = validateSlice(items, max, validateItem, path);
  if (items.length > max) return errors;
  const keys = items.map((item) => marshalJSON(keyOf(item)));
  return [...errors, ...eachSliceVal(items, path, (item, at, i) => (keys.indexOf(keys[i] ?? '') < i ? [duplicate(at, keyOf(item))] : []))];
}

const shortened = (key: string, max: number) => (key.length <= max ? key : `${key.slice(0, (max - 2) >> 1)}...${key.slice(key.length - ((max - 3) >> 1))}`);

/** In the order of the keys, where Go has none. */
export function validateMap(obj: Fields, field: string, max: number, keyLength: number, validateKey: (key: string, at: Path) => FieldError[], validateItem: (item: Fields, at: Path) => FieldError[], path: Path): FieldError[] {
  const keys = Object.keys(struct(obj, field)).sort();
  const at = path.child(field);
  if (keys.length > max) return [tooMany(at, keys.length, max)];
  return keys.flatMap((key) => [...validateKey(key, at), ...validateItem(struct(struct(obj, field), key), at.key(shortened(key, keyLength)))]);
}

export function validatePoolName(name: string, at: Path): FieldError[] {
  if (name === '') return [required(at)];
  return [...(byteLength(name) > 253 ? [tooLong(at, 253)] : []), ...name.split('/').flatMap((part) => validateDNS1123Subdomain(part, at))];
}

const identifier = '[A-Za-z_][A-Za-z0-9_]*';
const noIdentifier = regexError("a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'", identifier, 'my_name', 'MY_NAME', 'MyName');
const maxIdentifier = 32;

function validateCIdentifier(id: string, at: Path): FieldError[] {
  return [...(byteLength(id) > maxIdentifier ? [tooLong(at, maxIdentifier)] : []), ...check(new RegExp(`^${identifier}$`).test(id) ? [] : [noIdentifier], id, at)];
}

/** A name with or without a domain; with more than one slash upstream looks no further. */
export function validateQualifiedName(name: string, at: Path): FieldError[] {
  const [first = '', second, ...more] = name.split('/');
  if (second === undefined) return validateCIdentifier(first, at);
  if (more.length > 0) return [];
  return [
    ...(first === '' ? [invalid(at, '', 'the domain must not be empty')] : validateDriverName(first, at)),
    ...(second === '' ? [invalid(at, '', 'the name must not be empty')] : validateCIdentifier(second, at)),
  ];
}

export function validateFullyQualifiedName(name: string, at: Path): FieldError[] {
  return [...validateQualifiedName(name, at), ...(name.includes('/') ? [] : [invalid(at, name, 'a fully qualified name must be a domain and a name separated by a slash')])];
}

export const validateClassName = (name: string, at: Path) => (name === '' ? [required(at)] : check(isDNS1123Subdomain(name), name, at));

const maxExpression = 10 * 1024;

function validateSelector(selector: Fields, at: Path): FieldError[] {
  if (!isFields(selector['cel'])) return [required(at.child('cel'))];
  return byteLength(text(struct(selector, 'cel'), 'expression')) > maxExpression ? [tooLong(at.child('cel', 'expression'), maxExpression)] : [];
}

export const validateSelectors = (obj: Fields, path: Path) => validateSlice(structs(obj, 'selectors'), 32, validateSelector, path.child('selectors'));

/** JSON of the driver's own. */
export function validateRawExtension(value: unknown, max: number, at: Path): FieldError[] {
  if (value === undefined || value === null) return [required(at)];
  if (byteLength(marshalJSON(value)) > max) return [tooLong(at, max)];
  return isFields(value) ? [] : [invalid(at, '<value omitted>', 'must be a valid JSON object')];
}

export function validateConfiguration(config: Fields, at: Path): FieldError[] {
  const opaque = struct(config, 'opaque');
  if (!isFields(config['opaque'])) return [required(at.child('opaque'))];
  return [...validateDriverName(text(opaque, 'driver'), at.child('opaque', 'driver')), ...validateRawExtension(opaque['parameters'], 10 * 1024, at.child('opaque', 'parameters'))];
}

const effects = ['NoExecute', 'NoSchedule', 'None'];
const validateLabelName = (name: string, at: Path) => check(isQualifiedName(name), name, at);
const validateLabelValue = (value: string, at: Path) => check(isValidLabelValue(value), value, at);

export function validateTaint(taint: Fields, at: Path): FieldError[] {
  return [...validateLabelName(text(taint, 'key'), at.child('key')), ...validateLabelValue(text(taint, 'value'), at.child('value')), ...validateEnum(text(taint, 'effect'), effects, at.child('effect'))];
}

export function validateToleration(toleration: Fields, at: Path): FieldError[] {
  const [key, operator, value, effect] = texts(toleration, 'key', 'operator', 'value', 'effect');
  const byOperator = () => {
    if (operator === 'Exists') return value === '' ? [] : [invalid(at.child('value'), value, 'must be empty for operator `Exists`')];
    return operator === 'Equal' ? validateLabelValue(value, at.child('value')) : validateEnum(operator, ['Equal', 'Exists'], at.child('operator'));
  };
  return [...(key === '' ? [] : validateLabelName(key, at.child('key'))), ...byOperator(), ...(effect === '' ? [] : validateEnum(effect, effects, at.child('effect')))];
}

/** Conditions that have to hold before a pod is bound to its node, and those that end the waiting. */
export function validateBinding(wanted: string[], failed: string[], path: Path): FieldError[] {
  const [at, failedAt] = [path.child('bindingConditions'), path.child('bindingFailureConditions')];
  return [
    ...validateSlice(wanted, 4, validateLabelName, at),
    ...validateSlice(failed, 4, validateLabelName, failedAt),
    ...eachSliceVal(wanted, at, (name, own, i) => (wanted.indexOf(name) < i ? [duplicate(own, name)] : [])),
    ...eachSliceVal(failed, failedAt, (name, at, i) => [
      ...(failed.indexOf(name) < i ? [duplicate(at, name)] : []),
      ...(wanted.includes(name) ? [invalid(at, name, 'bindingFailureConditions must not overlap with bindingConditions')] : []),
    ]),
    ...(wanted.length === 0 && failed.length > 0 ? [invalid(at, null, 'bindingConditions are required to use bindingFailureConditions')] : []),
    ...(failed.length === 0 && wanted.length > 0 ? [invalid(failedAt, null, 'bindingFailureConditions are required to use bindingConditions')] : []),
  ];
}
