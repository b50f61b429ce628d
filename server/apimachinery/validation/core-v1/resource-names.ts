/**
 * Which names resources have, and what is known of them.
 *
 * Upstream: pkg/apis/core/helper/helpers.go, validateResourceName and validateContainerResourceName of
 * pkg/apis/core/validation/validation.go.
 */
import { invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { check } from '../checks.ts';

const containerResources = ['cpu', 'memory', 'ephemeral-storage'];
const countable = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'];
const quotaResources = [...containerResources, ...containerResources.flatMap((r) => [`requests.${r}`, `limits.${r}`]), ...countable, 'requests.storage'];

export const isHugePages = (name: string) => name.startsWith('hugepages-');
const isQuotaHugePages = (name: string) => isHugePages(name) || name.startsWith('requests.hugepages-');
export const isNative = (name: string) => !name.includes('/') || name.split('/')[0]!.endsWith('kubernetes.io');
export const isOvercommitAllowed = (name: string) => isNative(name) && !isHugePages(name);
export const isStandardQuotaResource = (name: string) => quotaResources.includes(name) || isQuotaHugePages(name);

export function isExtendedResourceName(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

/** Resources that are counted in whole numbers. */
export const isInteger = (name: string) => countable.includes(name) || isExtendedResourceName(name);

export function validateResourceName(name: string, path: Path): FieldError[] {
  const errors = check(isQualifiedName(name), name, path);
  const standard = isStandardQuotaResource(name) || name === 'storage';
  return errors.length > 0 || name.includes('/') || standard ? errors : [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

export function validateContainerResourceName(name: string, path: Path): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) return containerResources.includes(name) || isHugePages(name) ? errors : [...errors, invalid(path, name, 'must be a standard resource for containers')];
  return isNative(name) || isExtendedResourceName(name) ? errors : [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
}

export function validateQuotaResourceName(name: string, path: Path): FieldError[] {
  const errors = validateResourceName(name, path);
  return name.includes('/') || isStandardQuotaResource(name) ? errors : [...errors, invalid(path, name, 'must be a standard resource for quota')];
}
