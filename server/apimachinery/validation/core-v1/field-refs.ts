/**
 * Fields of pods and resources of containers, as their environment and files may tell them.
 *
 * Upstream: validateObjectFieldSelector, validateContainerResourceFieldSelector, validateContainerResourceDivisor of
 * pkg/apis/core/validation/validation.go, ConvertDownwardAPIFieldLabel of pkg/apis/core/pods/helpers.go.
 */
import { lookup, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { formatQuantity, parseQuantity } from '../../quantity.ts';
import { requireText, validateQualifiedName } from '../checks.ts';

const known = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName', 'status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs', 'spec.host'];
export const inEnv = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'];
export const inVolume = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** `metadata.labels['x']` in its two parts. */
const subscripted = /^(.+)\['(.*)'\]$/;

/** `supported`, sorted, is what may be told at this place. */
export function validateFieldRef(ref: Fields, supported: readonly string[], path: Path): FieldError[] {
  const unset = ['apiVersion', 'fieldPath'].find((name) => text(ref, name) === '');
  if (unset) return [required(path.child(unset))];
  const fieldPath = text(ref, 'fieldPath');
  const refuse = (why: string) => [invalid(path.child('fieldPath'), fieldPath, `error converting fieldPath: ${why}`)];
  if (text(ref, 'apiVersion') !== 'v1') return refuse(`unsupported pod version: ${text(ref, 'apiVersion')}`);
  const [, map = '', key = ''] = subscripted.exec(fieldPath) ?? [];
  if (map === 'metadata.annotations') return validateQualifiedName(key.toLowerCase(), path);
  if (map === 'metadata.labels') return validateQualifiedName(key, path);
  if (map !== '') return refuse(`field label does not support subscript: ${fieldPath}`);
  if (!known.includes(fieldPath)) return refuse(`field label not supported: ${fieldPath}`);
  const now = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  return supported.includes(now) ? [] : [notSupported(path.child('fieldPath'), now, supported)];
}

const resources = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory'];
const bytes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** By the resource's name without its list: how it is called, and the divisors that it may have. */
function divisorsOf(name: string): [called: string, divisors: string[], said: string] | undefined {
  if (name === 'cpu') return ['cpu', ['1m', '1'], '1m and 1'];
  const called = lookup({ memory: 'memory', 'ephemeral-storage': 'local ephemeral storage' }, name) ?? (name.startsWith('hugepages-') ? 'hugepages' : undefined);
  return called === undefined ? undefined : [called, bytes, bytes.join(', ')];
}

/** Files name the container; variables are of their own. */
export function validateResourceFieldRef(ref: Fields, path: Path, ofVolume: boolean): FieldError[] {
  const resource = text(ref, 'resource');
  const supported = resources.includes(resource) || /^(?:limits|requests)\.hugepages-/.test(resource);
  const divisor = ref['divisor'] === undefined ? '0' : formatQuantity(parseQuantity(String(ref['divisor'])));
  const [called, divisors, said] = /^(?:limits|requests)\./.test(resource) ? (divisorsOf(resource.slice(resource.indexOf('.') + 1)) ?? []) : [];
  const unnamed = ofVolume ? requireText(ref, 'containerName', path) : [];
  const errors = unnamed.length > 0 ? unnamed : resource === '' ? [required(path.child('resource'))] : supported ? [] : [notSupported(path.child('resource'), resource, resources)];
  const odd = divisor !== '0' && divisors && !divisors.includes(divisor);
  return odd ? [...errors, invalid(path.child('divisor'), resource, `only divisor's values ${said} are supported with the ${called} resource`)] : errors;
}
