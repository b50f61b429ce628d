/**
 * ReplicationControllers and PodTemplates.
 *
 * Upstream: ValidateReplicationController, ValidatePodTemplate and their updates of pkg/apis/core/validation/validation.go.
 */
import { isEmpty, stringMap, struct } from '../../access.ts';
import { newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { labelSelectorFromSet } from '../../labels.ts';
import type { KubeObject } from '../../types.ts';
import { validateNonnegativeFields } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { validateKubeObjectMeta } from '../object-meta.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validatePodTemplateSpecFor } from '../workloads.ts';
import { newStatusUpdate } from '../status-counts.ts';
import { validatePodTemplateSpec } from './pod-template.ts';

const path = newPath('spec');

function validate(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const template = spec['template'] === undefined ? [required(path.child('template'))] : validatePodTemplateSpecFor('ReplicationController', struct(spec, 'template'), labelSelectorFromSet(stringMap(spec, 'selector')), path.child('template'));
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
  // what a name was generated from, only the store looks at
  validateMeta: ({ generateName: _generateName, ...meta }, rules, at) => validateKubeObjectMeta(meta, rules, at),
  subresources: {
    status: newStatusUpdate({
      counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      parts: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      ready: 'readyReplicas',
    }),
  },
});

export const podTemplate = newKind({ namespaced: true, nameFn: nameIsDNSSubdomain, validate: (obj) => validatePodTemplateSpec(struct(obj, 'template'), newPath('template')) });
