/**
 * What every write of a pod checks: its metadata, its spec, and what its annotations say of it.
 *
 * Upstream: validatePodMetadataAndSpec, ValidatePodSpecificAnnotationUpdates of pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import { forbidden, newPath } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { validateKubeObjectMeta } from '../object-meta.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateImageSpaces } from './containers.ts';
import { validatePodSpec } from './pod-spec.ts';
import { validatePodAnnotations } from './pod-template.ts';
import { appArmorContainer } from './profiles.ts';

const metadata = newPath('metadata');
const path = newPath('spec');
export const mirror = 'kubernetes.io/config.mirror';

export function validateMetadataAndSpec(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const { name = '', annotations = {} } = obj.metadata;
  const tokens = structs(spec, 'volumes').flatMap((volume, i) =>
    structs(struct(volume, 'projected'), 'sources').flatMap((source, j) => (isFields(source['serviceAccountToken']) ? [path.child('volumes').index(i).child('projected', 'sources').index(j).child('serviceAccountToken')] : [])),
  );
  return [
    ...validateKubeObjectMeta(obj.metadata, { namespaced: true, nameFn: nameIsDNSSubdomain }, metadata),
    ...validatePodAnnotations(annotations, spec, metadata.child('annotations')),
    ...validatePodSpec(spec, { isPod: true, name, annotations }, path),
    ...(text(spec, 'serviceAccountName') === '' ? tokens.map((at) => forbidden(at, 'must not be specified when serviceAccountName is not set')) : []),
    ...['containers', 'initContainers'].flatMap((list) => structs(spec, list).flatMap((container, i) => validateImageSpaces(container, path.child(list).index(i)))),
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
