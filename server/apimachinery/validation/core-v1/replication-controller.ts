/**
 * ReplicationControllers and PodTemplates.
 *
 * Upstream: ValidateReplicationController, ValidatePodTemplate and their updates of pkg/apis/core/validation/validation.go.
 */
import { isEmpty, stringMap, struct } from '../../access.ts';
import { newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { labelSelectorAsSelector } from '../../labels.ts';
import type { KubeObject } from '../../types.ts';
import { validateNonnegativeFields } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validatePodTemplateSpecFor } from '../pod-templates.ts';
import { newStatusUpdate } from '../status-counts.ts';
import { validatePodTemplateSpec } from './pod-spec.ts';

const path = newPath('spec');

function validate(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const matchLabels = stringMap(spec, 'selector');
  const template = spec['template'] === undefined ? [required(path.child('template'))] : validatePodTemplateSpecFor('ReplicationController', struct(spec, 'template'), labelSelectorAsSelector({ matchLabels, matchExpressions: [] }), path.child('template'));
  return [
    ...validateNonnegativeFields(spec, ['minReadySeconds'], path),
    ...(isEmpty(spec, 'selector') ? [required(path.child('selector'))] : []),
    ...validateNonnegativeFields(spec, ['replicas'], path),
    ...template,
  ];
}

export const replicationController = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate,
  subresources: {
    status: newStatusUpdate({
      counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      parts: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      ready: 'readyReplicas',
    }),
  },
});

export const podTemplate = newKind({ namespaced: true, nameFn: nameIsDNSSubdomain, validate: (obj) => validatePodTemplateSpec(struct(obj, 'template'), newPath('template')) });
