/**
 * Templates of pods, and what annotations of pods say.
 *
 * Upstream: ValidatePodTemplateSpec, ValidatePodSpecificAnnotations of pkg/apis/core/validation/validation.go. Leaves out
 * tolerations in annotations.
 */
import { stringMap, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isInRange } from '../../names.ts';
import { validateAnnotations, validateLabels } from '../labels.ts';
import { ofTemplate, validatePodSpec } from './pod-spec.ts';
import { validateProfileAnnotations, validateProfilesMatch } from './profiles.ts';

/** What annotations say of profiles and of how soon a pod may go. */
export function validatePodAnnotations(annotations: Readonly<Record<string, string>>, spec: Fields, path: Path): FieldError[] {
  const [mirror, cost] = ['kubernetes.io/config.mirror', 'controller.kubernetes.io/pod-deletion-cost'];
  const value = annotations[cost];
  const whole = value === undefined || (/^(?:0|-?[1-9]\d*)$/.test(value) && isInRange(Number(value), -(2 ** 31), 2 ** 31 - 1).length === 0);
  return [
    ...(annotations[mirror] !== undefined && text(spec, 'nodeName') === '' ? [invalid(path.key(mirror), annotations[mirror], 'must set spec.nodeName if mirror pod annotation is set')] : []),
    ...(whole ? [] : [invalid(path.key(cost), value, 'must be a 32bit integer')]),
    ...validateProfileAnnotations(annotations, spec, path),
  ];
}

export function validatePodTemplateSpec(podTemplate: Fields, path: Path): FieldError[] {
  const metadata = struct(podTemplate, 'metadata');
  const spec = struct(podTemplate, 'spec');
  const ephemeral = structs(spec, 'ephemeralContainers').length > 0;
  const annotations = stringMap(metadata, 'annotations');
  return [
    ...validateLabels(stringMap(metadata, 'labels'), path.child('labels')),
    ...validateAnnotations(annotations, path.child('annotations')),
    ...validatePodAnnotations(annotations, spec, path.child('annotations')),
    ...validatePodSpec(spec, ofTemplate, path.child('spec')),
    ...validateProfilesMatch(annotations, spec, path.child('spec')),
    ...(ephemeral ? [forbidden(path.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')] : []),
  ];
}
