/**
 * Objects as Go's JSON prints upstream's internal types, which have no tags: Go's names, every field, nil as null.
 *
 * Upstream: types.go of pkg/apis/core and other groups, encoding/json. Leaves out metadata inside of specs.
 */
import { isFields } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { groupTypes } from './group-types.ts';
import { internalTypes as coreTypes } from './types.ts';

const internalTypes: Readonly<Record<string, string>> = { ...coreTypes, ...groupTypes };

const zeros: Record<string, unknown> = { string: '', int: 0, bool: false, quantity: '0' };

/** Fields that the versioned Pod has in its spec, and the internal one in its security context. */
const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

function prepare(type: string, obj: Fields): Fields {
  if (type !== 'PodSpec') return obj;
  const host = Object.fromEntries(hostFields.filter((name) => name in obj).map((name) => [name, obj[name]]));
  return { ...obj, securityContext: { ...(isFields(obj['securityContext']) ? obj['securityContext'] : {}), ...host } };
}

function printValue(type: string, value: unknown): unknown {
  if (type.startsWith('*')) return value === undefined || value === null ? null : printValue(type.slice(1), value);
  if (type.startsWith('[]')) {
    const items = internalTypes[type.slice(2)] === undefined ? undefined : type.slice(2);
    if (!Array.isArray(value)) return null;
    return items === undefined ? value : value.map((item) => printInternal(items, item));
  }
  if (internalTypes[type] !== undefined) return printInternal(type, value);
  if (type === 'map' && isFields(value)) return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return value ?? zeros[type] ?? null;
}

export function printInternal(type: string, value: unknown): Fields {
  const obj = prepare(type, isFields(value) ? value : {});
  const byName = new Map(Object.entries(obj).map(([name, v]) => [name.toLowerCase(), v]));
  const printed: Fields = {};
  for (const field of (internalTypes[type] ?? '').split(' ')) {
    if (field.startsWith('...')) {
      Object.assign(printed, printInternal(field.slice(3), obj));
      continue;
    }
    const [name = '', fieldType = ''] = field.split(':');
    printed[name] = printValue(fieldType, byName.get(name.toLowerCase()));
  }
  return printed;
}

const metadataFields = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers'];

/** Metadata has tags, and its fields stand beside the spec. */
export function printPodTemplate(template: Fields): Fields {
  const metadata = isFields(template['metadata']) ? template['metadata'] : {};
  const given = metadataFields.filter((name) => metadata[name] !== undefined && metadata[name] !== null);
  return { ...Object.fromEntries(given.map((name) => [name, metadata[name]])), Spec: printInternal('PodSpec', template['spec']) };
}
