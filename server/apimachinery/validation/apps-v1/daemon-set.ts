/**
 * DaemonSets.
 *
 * Upstream: ValidateDaemonSet and its updates of pkg/apis/apps/validation/validation.go. Leaves out the template's own
 * generation, which the server counts itself.
 */
import { isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { validateNonnegativeFields } from '../checks.ts';
import { validatePodTemplateSpec } from '../core-v1/pod-template.ts';
import { validateLabelSelector } from '../labels.ts';
import { printInternal } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { isEmptySelector, selectorOf, validateRunsForever, validateSelectorMatches, validateSelectorUpdate } from '../workloads.ts';
import { newStatusUpdate } from '../status-counts.ts';
import { intOrPercentValue, validateNotMoreThan100Percent, validatePositiveIntOrPercent } from './rolling.ts';

const path = newPath('spec');

function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: Fields, at: Path): FieldError[] {
  const [unavailableAt, surgeAt] = [at.child('maxUnavailable'), at.child('maxSurge')];
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, unavailableAt),
    ...validatePositiveIntOrPercent(maxSurge, surgeAt),
    ...validateNotMoreThan100Percent(maxUnavailable, unavailableAt),
    ...validateNotMoreThan100Percent(maxSurge, surgeAt),
  ];
  const unavailable = intOrPercentValue(maxUnavailable) !== 0;
  const surge = intOrPercentValue(maxSurge) !== 0;
  if (unavailable && surge) errors.push(invalid(surgeAt, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!unavailable && !surge) errors.push(required(unavailableAt, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function validateStrategy(strategy: Fields): FieldError[] {
  const at = path.child('updateStrategy');
  const { rollingUpdate } = strategy;
  const type = text(strategy, 'type');
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [notSupported(at, { Type: type, RollingUpdate: isFields(rollingUpdate) ? printInternal('RollingUpdateDeployment', rollingUpdate) : null }, ['RollingUpdate', 'OnDelete'])];
  return isFields(rollingUpdate) ? validateRollingUpdate(rollingUpdate, at.child('rollingUpdate')) : [required(at.child('rollingUpdate'))];
}

function validateSpec(spec: Fields): FieldError[] {
  const template = struct(spec, 'template');
  const { selector } = spec;
  const read = selectorOf(selector);
  return [
    ...(isFields(selector) ? validateLabelSelector(selector, path.child('selector')) : []),
    ...(read ? validateSelectorMatches(template, read, path.child('template')) : []),
    ...(isFields(selector) && isEmptySelector(selector) ? [invalid(path.child('selector'), {}, 'empty selector is invalid for daemonset')] : []),
    ...validatePodTemplateSpec(template, path.child('template')),
    ...validateRunsForever(template, 'DaemonSet', path.child('template')),
    ...validateNonnegativeFields(spec, ['minReadySeconds'], path),
    ...validateStrategy(struct(spec, 'updateStrategy')),
    ...validateNonnegativeFields(spec, ['revisionHistoryLimit'], path),
  ];
}

const counts = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'];

export const daemonSet = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => validateSpec(struct(obj, 'spec')),
  validateUpdate: (obj, old) => [...validateSelectorUpdate(struct(obj, 'spec'), struct(old, 'spec'), path.child('selector')), ...validateSpec(struct(obj, 'spec'))],
  subresources: { status: newStatusUpdate({ counts }) },
});
