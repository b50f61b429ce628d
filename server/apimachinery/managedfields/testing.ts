/** What the tests of this folder share: objects as a request would leave them, and short forms of managedFields. */
import { newDefaulter } from '../defaulting/defaulter.ts';
import { newScheme } from '../scheme.ts';
import { newCodecFactory } from '../serializer/codec-factory.ts';
import type { GroupVersionKind, KubeObject } from '../types.ts';
import type { FieldManager } from './field-manager.ts';
import { newFieldManager } from './field-manager.ts';

export const scheme = newScheme();
const { objects } = newCodecFactory(scheme);
const setDefaults = newDefaulter(scheme);

export const configMap = { group: '', version: 'v1', kind: 'ConfigMap' };
export const pod = { group: '', version: 'v1', kind: 'Pod' };
export const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' };

/** Decoded and defaulted. */
export function received(kind: GroupVersionKind, value: object): KubeObject {
  const { object } = objects.decode(structuredClone(value), { defaults: kind, strict: false }, () => JSON.stringify(value));
  setDefaults(object);
  return object;
}

/** As an apply sends it; what it lacks is up to the test. */
export const applied = (value: object): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...value });

/** As if it had been stored. */
export const stored = (obj: KubeObject): KubeObject => ({ ...obj, metadata: { ...obj.metadata, uid: 'u' } });

/** A field manager whose clock stands still until it is told. */
export function newTestManager(kind: GroupVersionKind, subresource = ''): FieldManager & { at(second: number): void } {
  let now = Date.UTC(2026, 0, 1);
  const manager = newFieldManager({ scheme, kind, subresource, clock: { now: () => now } });
  return { ...manager, at: (second) => (now = Date.UTC(2026, 0, 1, 0, 0, second)) };
}

/** `one Apply 00 {"f:data":…}` for each entry, the number being the second of its time. */
export function owners({ metadata }: KubeObject): string[] {
  return (metadata.managedFields ?? []).map(({ manager, operation, time, fieldsV1, subresource }) =>
    [`${manager}${subresource ? `/${subresource}` : ''}`, operation, time?.slice(17, 19) ?? '--', JSON.stringify(fieldsV1)].join(' '),
  );
}
