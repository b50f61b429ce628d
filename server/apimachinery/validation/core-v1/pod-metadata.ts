/**
 * What every write of a pod checks: its metadata, its spec, and what its annotations say of it.
 *
 * Upstream: validatePodMetadataAndSpec, ValidatePodSpecificAnnotationUpdates of pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, newPath } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { metadata } from '../new-kind.ts';
import { validateKubeObjectMeta } from '../object-meta.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { eachSliceVal } from '../checks.ts';
import { validateImageSpaces } from './containers.ts';
import { validatePodSpec } from './pod-spec.ts';
import { validatePodAnnotations } from './pod-template.ts';
import { appArmorContainer } from './profiles.ts';

const path = newPath('spec');
export const mirror = 'kubernetes.io/config.mirror';

/** A token is somebody's. */
function validateTokens(spec: Fields): FieldError[] {
  if (text(spec, 'serviceAccountName') !== '') return [];
  return eachSliceVal(structs(spec, 'volumes'), path.child('volumes'), (volume, at) =>
    eachSliceVal(structs(struct(volume, 'projected'), 'sources'), at.child('projected', 'sources'), (source, own) =>
      isFields(source['serviceAccountToken']) ? [forbidden(own.child('serviceAccountToken'), 'must not be specified when serviceAccountName is not set')] : [],
    ),
  );
}

export function validateMetadataAndSpec(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const { name = '', annotations = {} } = obj.metadata;
  return [
    ...validateKubeObjectMeta(obj.metadata, { namespaced: true, nameFn: nameIsDNSSubdomain }, metadata),
    ...validatePodAnnotations(annotations, spec, metadata.child('annotations')),
    ...validatePodSpec(spec, { isPod: true, name, annotations }, path),
    ...validateTokens(spec),
    ...['containers', 'initContainers'].flatMap((list) => eachSliceVal(structs(spec, list), path.child(list), validateImageSpaces)),
  ];
}

/** Annotations that a kubelet has read already. */
const fixed: [is: (key: string) => boolean, name: string][] = [
  [(key) => key.startsWith(appArmorContainer), 'AppArmor annotations'],
  [(key) => key === mirror, 'mirror pod annotation'],
];

export function validateAnnotationUpdates(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [obj.metadata.annotations ?? {}, old.metadata.annotations ?? {}];
  const at = metadata.child('annotations');
  const refuse = (keys: string[], what: string) => keys.flatMap((key) => fixed.filter(([is]) => is(key)).map(([, name]) => forbidden(at.key(key), `may not ${what} ${name}`)));
  return [
    ...refuse(Object.keys(before).filter((key) => now[key] !== before[key]), 'remove or update'),
    ...refuse(Object.keys(now).filter((key) => before[key] === undefined), 'add'),
    ...validatePodAnnotations(now, struct(obj, 'spec'), at),
  ];
}
