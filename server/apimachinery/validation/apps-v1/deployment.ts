/**
 * Deployments and ReplicaSets.
 *
 * Upstream: ValidateDeployment, ValidateReplicaSet and their updates of pkg/apis/apps/validation/validation.go.
 */
import { int, isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { validateNonnegativeField, validateNonnegativeFields } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { printedSelector, selectorOf, validatePodTemplateSpecFor, validateSelector, validateSelectorUpdate } from '../workloads.ts';
import { newStatusUpdate } from '../status-counts.ts';
import { intOrPercentValue, validateNotMoreThan100Percent, validatePositiveIntOrPercent } from './rolling.ts';

const path = newPath('spec');

function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: Fields, at: Path): FieldError[] {
  const errors = [...validatePositiveIntOrPercent(maxUnavailable, at.child('maxUnavailable')), ...validatePositiveIntOrPercent(maxSurge, at.child('maxSurge'))];
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) errors.push(invalid(at.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...validateNotMoreThan100Percent(maxUnavailable, at.child('maxUnavailable'))];
}

function validateStrategy(strategy: Fields): FieldError[] {
  const at = path.child('strategy');
  const { rollingUpdate } = strategy;
  const type = text(strategy, 'type');
  if (type === 'Recreate') return isFields(rollingUpdate) ? [forbidden(at.child('rollingUpdate'), "may not be specified when strategy `type` is 'Recreate'")] : [];
  if (type !== 'RollingUpdate') return [notSupported(at, { Type: type, RollingUpdate: isFields(rollingUpdate) ? printInternal('RollingUpdateDeployment', rollingUpdate) : null }, ['Recreate', 'RollingUpdate'])];
  if (!isFields(rollingUpdate)) return [required(at.child('rollingUpdate'), 'this should be defaulted and never be nil')];
  return validateRollingUpdate(rollingUpdate, at.child('rollingUpdate'));
}

/** What both kinds have: a selector, and a template that it finds. */
function validateTemplate(spec: Fields): FieldError[] {
  const { selector } = spec;
  const read = selectorOf(selector);
  const template = read
    ? validatePodTemplateSpecFor('ReplicaSet', struct(spec, 'template'), read, path.child('template'))
    : [invalid(path.child('selector'), isFields(selector) ? printedSelector(selector) : null, 'invalid label selector')];
  return [...validateSelector(selector, 'deployment', path.child('selector')), ...template];
}

function validateDeploymentSpec(spec: Fields): FieldError[] {
  const ready = int(spec, 'minReadySeconds') ?? 0;
  const deadline = int(spec, 'progressDeadlineSeconds');
  const errors = [
    ...validateNonnegativeField(int(spec, 'replicas'), path.child('replicas')),
    ...validateTemplate(spec),
    ...validateStrategy(struct(spec, 'strategy')),
    ...validateNonnegativeFields(spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], path),
  ];
  const late = deadline !== undefined && deadline <= ready;
  return late ? [...errors, invalid(path.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds')] : errors;
}

const validateReplicaSetSpec = (spec: Fields) => [...validateNonnegativeFields(spec, ['replicas', 'minReadySeconds'], path), ...validateTemplate(spec)];

function newReplicated(validateSpec: (spec: Fields) => FieldError[], counts: string[], parts: string[]) {
  const validate = (obj: KubeObject) => validateSpec(struct(obj, 'spec'));
  return newKind({
    namespaced: true,
    nameFn: nameIsDNSSubdomain,
    validate,
    validateUpdate: (obj, old) => [...validate(obj), ...validateSelectorUpdate(struct(obj, 'spec'), struct(old, 'spec'), path.child('selector'))],
    subresources: { status: newStatusUpdate({ counts, parts, ready: 'readyReplicas' }) },
  });
}

export const deployment = newReplicated(
  validateDeploymentSpec,
  ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'terminatingReplicas', 'collisionCount'],
  ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
);

export const replicaSet = newReplicated(
  validateReplicaSetSpec,
  ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'],
  ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
);
