/**
 * What HorizontalPodAutoscalers measure.
 *
 * Upstream: validateMetrics of pkg/apis/autoscaling/validation/validation.go.
 */
import { int, isFields, lookup, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isPathSegmentName } from '../../names.ts';
import { compareQuantity, formatQuantity } from '../../quantity.ts';
import { check, validateDNS1123Label } from '../checks.ts';
import { amountOf } from '../core-v1/amounts.ts';
import { validateContainerResourceName } from '../core-v1/resource-names.ts';

const segment = (obj: Fields, name: string, at: Path, missing = '') => (text(obj, name) === '' ? [required(at.child(name), missing)] : check(isPathSegmentName(text(obj, name)), text(obj, name), at.child(name)));

function whyNoVersion(apiVersion: string, mayBeCore: boolean): string {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  return mayBeCore || (parts.length === 2 && parts[0] !== '') ? '' : 'apiVersion must specify API group';
}

/** `version`: whether a group has to be named, or the version is not looked at. */
export function validateReference(ref: Fields, version: 'grouped' | 'any' | 'ignored', at: Path): FieldError[] {
  const apiVersion = text(ref, 'apiVersion');
  const reason = version === 'ignored' ? '' : whyNoVersion(apiVersion, version === 'any');
  return [...segment(ref, 'kind', at), ...segment(ref, 'name', at), ...(reason === '' ? [] : [invalid(at.child('apiVersion'), apiVersion, reason)])];
}

function validateTarget(target: Fields, at: Path): FieldError[] {
  const type = text(target, 'type');
  const utilization = int(target, 'averageUtilization');
  const errors = type === '' ? [required(at.child('type'), 'must specify a metric target type')] : [];
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) errors.push(invalid(at.child('type'), type, 'must be either Utilization, Value, or AverageValue'));
  for (const name of ['value', 'averageValue']) {
    const amount = amountOf({ target }, 'target', name);
    if (amount && compareQuantity(amount, '0') <= 0) errors.push(invalid(at.child(name), formatQuantity(amount), 'must be positive'));
  }
  return utilization !== undefined && utilization < 1 ? [...errors, invalid(at.child('averageUtilization'), utilization, 'must be greater than 0')] : errors;
}

function validateMetric(source: Fields, at: Path): FieldError[] {
  const metric = struct(source, 'metric');
  return [
    ...segment(metric, 'name', at.child('metric'), 'must specify a metric name'),
    ...validateTarget(struct(source, 'target'), at.child('target')),
  ];
}

/** One of two ways to say how much, and perhaps not both. */
function validateAmount(source: Fields, [first, second]: [string, string], missing: string, both: string, at: Path): FieldError[] {
  const target = struct(source, 'target');
  const [a, b] = [target[first] !== undefined, target[second] !== undefined];
  if (!a && !b) return [required(at.child('target', first), missing)];
  return both !== '' && a && b ? [forbidden(at.child('target', second), both)] : [];
}

const rawOr = (source: Fields, at: Path) =>
  validateAmount(source, ['averageUtilization', 'averageValue'], 'must set either a target raw value or a target utilization', 'may not set both a target raw value and a target utilization', at);

/** In the order in which upstream looks at them. */
const sources: Record<string, (source: Fields, at: Path) => FieldError[]> = {
  object: (source, at) => [
    ...validateReference(struct(source, 'describedObject'), 'any', at.child('describedObject')),
    ...validateMetric(source, at),
    ...validateAmount(source, ['averageValue', 'value'], 'must set either a target value or averageValue', '', at),
  ],
  external: (source, at) => [
    ...validateMetric(source, at),
    ...validateAmount(source, ['averageValue', 'value'], 'must set either a target value for metric or a per-pod target', 'may not set both a target value for metric and a per-pod target', at),
  ],
  pods: (source, at) => [...validateMetric(source, at), ...(struct(source, 'target')['averageValue'] === undefined ? [required(at.child('target', 'averageValue'), 'must specify a positive target averageValue')] : [])],
  resource: (source, at) => [...(text(source, 'name') === '' ? [required(at.child('name'), 'must specify a resource name')] : []), ...validateTarget(struct(source, 'target'), at.child('target')), ...rawOr(source, at)],
  containerResource: (source, at) => {
    const [name, container] = [text(source, 'name'), text(source, 'container')];
    return [
      ...(name === '' ? [required(at.child('name'), 'must specify a resource name')] : validateContainerResourceName(name, at.child('name'))),
      ...(container === '' ? [required(at.child('container'), 'must specify a container')] : validateDNS1123Label(container, at.child('container'))),
      ...validateTarget(struct(source, 'target'), at.child('target')),
      ...rawOr(source, at),
    ];
  },
};

const types: Record<string, string> = { ContainerResource: 'containerResource', External: 'external', Object: 'object', Pods: 'pods', Resource: 'resource' };

export function validateMetricSpec(spec: Fields, at: Path): FieldError[] {
  const type = text(spec, 'type');
  const expected = lookup(types, type);
  const present = Object.keys(sources).filter((name) => isFields(spec[name]));
  const unknown = notSupported(at.child('type'), type, Object.keys(types));
  const [first] = present;
  const errors = type === '' ? [required(at.child('type'), 'must specify a metric source type')] : [];
  // upstream looks for the type twice
  if (expected === undefined) errors.push(unknown);
  if (first !== undefined) errors.push(...(sources[first]?.(struct(spec, first), at.child(first)) ?? []));
  if (expected === undefined) errors.push(unknown);
  else if (!present.includes(expected)) errors.push(required(at.child(expected), 'must populate information for the given metric source'));
  if (present.length === 1) return errors;
  return [...errors, ...present.filter((name) => name !== expected).map((name) => forbidden(at.child(name), 'must populate the given metric source only'))];
}
