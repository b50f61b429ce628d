/**
 * Deployments.
 *
 * Upstream: pkg/apis/apps/validation/validation.go.
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { labelSelectorAsSelector, nothingLabels } from '../labels.ts';
import type { LabelSelector } from '../labels.ts';
import { isValidPercent } from '../names.ts';
import type { KubeObject } from '../types.ts';
import { check, validateImmutableField, validateNonnegativeField } from './checks.ts';
import { validatePodTemplateSpec } from './core-v1/pod-spec.ts';
import type { KindValidation } from './kinds.ts';
import { validateLabelSelector } from './labels.ts';
import { validateKubeObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { nameIsDNSSubdomain } from './object-names.ts';

const metadata = newPath('metadata');
const path = newPath('spec');

/** Undefined for one that cannot be read. */
function selectorOf(selector: unknown): LabelSelector | undefined {
  if (!isFields(selector)) return nothingLabels;
  try {
    const matchExpressions = structs(selector, 'matchExpressions').map((e) => ({ key: text(e, 'key'), operator: text(e, 'operator'), values: strings(e, 'values') }));
    return labelSelectorAsSelector({ matchLabels: stringMap(selector, 'matchLabels'), matchExpressions });
  } catch {
    return undefined;
  }
}

/** A template whose pods the selector finds, and that run for ever. */
export function validatePodTemplateSpecForReplicaSet(template: Fields, selector: LabelSelector, at: Path): FieldError[] {
  const spec = struct(template, 'spec');
  const { labels } = struct(template, 'metadata');
  const errors: FieldError[] = [];
  if (!selector.empty && !selector.matches(isFields(labels) ? stringMap({ labels }, 'labels') : {})) {
    errors.push(invalid(at.child('metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`'));
  }
  errors.push(...validatePodTemplateSpec(template, at));
  const restartPolicy = text(spec, 'restartPolicy');
  if (restartPolicy !== 'Always') errors.push(notSupported(at.child('spec', 'restartPolicy'), restartPolicy, ['Always']));
  if (spec['activeDeadlineSeconds'] !== undefined) errors.push(forbidden(at.child('spec', 'activeDeadlineSeconds'), 'activeDeadlineSeconds in ReplicaSet is not Supported'));
  return errors;
}

function validatePositiveIntOrPercent(value: unknown, at: Path): FieldError[] {
  if (typeof value === 'string') return check(isValidPercent(value), value, at);
  return validateNonnegativeField(typeof value === 'number' ? value : undefined, at);
}

const percentOf = (value: unknown) => (typeof value === 'string' && isValidPercent(value).length === 0 ? Number.parseInt(value, 10) : undefined);
const amountOf = (value: unknown) => (typeof value === 'number' ? value : (percentOf(value) ?? 0));

function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: Fields, at: Path): FieldError[] {
  const errors = [...validatePositiveIntOrPercent(maxUnavailable, at.child('maxUnavailable')), ...validatePositiveIntOrPercent(maxSurge, at.child('maxSurge'))];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) errors.push(invalid(at.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  return (percentOf(maxUnavailable) ?? 0) > 100 ? [...errors, invalid(at.child('maxUnavailable'), maxUnavailable, 'must not be greater than 100%')] : errors;
}

function validateStrategy(strategy: Fields): FieldError[] {
  const at = path.child('strategy');
  const { rollingUpdate } = strategy;
  const type = text(strategy, 'type');
  if (type === 'Recreate') return isFields(rollingUpdate) ? [forbidden(at.child('rollingUpdate'), "may not be specified when strategy `type` is 'Recreate'")] : [];
  if (type !== 'RollingUpdate') return [notSupported(at, { Type: type, RollingUpdate: rollingUpdate ?? null }, ['Recreate', 'RollingUpdate'])];
  if (!isFields(rollingUpdate)) return [required(at.child('rollingUpdate'), 'this should be defaulted and never be nil')];
  return validateRollingUpdate(rollingUpdate, at.child('rollingUpdate'));
}

/** A selector as upstream's type prints it: empty fields are not there. */
function validateSelector(selector: unknown): FieldError[] {
  const at = path.child('selector');
  if (!isFields(selector)) return [required(at)];
  const empty = Object.keys(struct(selector, 'matchLabels')).length + structs(selector, 'matchExpressions').length === 0;
  return [...validateLabelSelector(selector, at), ...(empty ? [invalid(at, {}, 'empty selector is invalid for deployment')] : [])];
}

function validateDeploymentSpec(spec: Fields): FieldError[] {
  const selector = selectorOf(spec['selector']);
  const ready = int(spec, 'minReadySeconds') ?? 0;
  const deadline = int(spec, 'progressDeadlineSeconds');
  const errors = [
    ...validateNonnegativeField(int(spec, 'replicas'), path.child('replicas')),
    ...validateSelector(spec['selector']),
    ...(selector ? validatePodTemplateSpecForReplicaSet(struct(spec, 'template'), selector, path.child('template')) : [invalid(path.child('selector'), spec['selector'], 'invalid label selector')]),
    ...validateStrategy(struct(spec, 'strategy')),
    ...validateNonnegativeField(ready, path.child('minReadySeconds')),
    ...validateNonnegativeField(int(spec, 'revisionHistoryLimit'), path.child('revisionHistoryLimit')),
    ...validateNonnegativeField(deadline, path.child('progressDeadlineSeconds')),
  ];
  const late = deadline !== undefined && deadline <= ready;
  return late ? [...errors, invalid(path.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds')] : errors;
}

export const appsV1: Record<string, KindValidation> = {
  Deployment: {
    validate: (obj: KubeObject) => [...validateKubeObjectMeta(obj.metadata, { namespaced: true, nameFn: nameIsDNSSubdomain }, metadata), ...validateDeploymentSpec(struct(obj, 'spec'))],
    validateUpdate: (obj, old) => [
      ...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata),
      ...validateDeploymentSpec(struct(obj, 'spec')),
      ...validateImmutableField(struct(obj, 'spec')['selector'], struct(old, 'spec')['selector'], path.child('selector')),
    ],
  },
};
