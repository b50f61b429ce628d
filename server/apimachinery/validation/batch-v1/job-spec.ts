/**
 * What Jobs and the templates of CronJobs want.
 *
 * Upstream: validateJobSpec and ValidateJobSpec of pkg/apis/batch/validation/validation.go.
 */
import { int, isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength } from '../../names.ts';
import { validateDomainPrefixedPath, validateNonnegativeFields } from '../checks.ts';
import { validatePodTemplateSpec } from '../core-v1/pod-template.ts';
import { printInternal } from '../internal/print.ts';
import { validateLabelSelector } from '../labels.ts';
import { selectorOf, validateSelectorMatches } from '../workloads.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './policies.ts';

const many = 100_000;
const atMany = 10_000;

export const isIndexed = (spec: Fields) => spec['completionMode'] === 'Indexed';

function validateIndexed(spec: Fields, path: Path): FieldError[] {
  const [completions, parallelism, failed] = [int(spec, 'completions'), int(spec, 'parallelism'), int(spec, 'maxFailedIndexes')];
  const errors: FieldError[] = [];
  const atMost = (name: string, value: number | undefined, limit: number, detail: string) => {
    if (value !== undefined && value > limit) errors.push(invalid(path.child(name), value, `must be less than or equal to ${detail}`));
  };
  if (completions === undefined) errors.push(required(path.child('completions'), 'when completion mode is Indexed'));
  atMost('parallelism', parallelism, many, `${many} when completion mode is Indexed`);
  if (completions !== undefined) atMost('maxFailedIndexes', failed, completions, 'completions');
  atMost('maxFailedIndexes', failed, many, `${many}`);
  if ((completions ?? 0) <= many || spec['backoffLimitPerIndex'] === undefined) return errors;
  if (failed === undefined) errors.push(required(path.child('maxFailedIndexes'), `must be specified when completions is above ${many}`));
  const above = `${atMany} when completions are above ${many} and used with backoff limit per index`;
  atMost('parallelism', parallelism, atMany, above);
  atMost('maxFailedIndexes', failed, atMany, above);
  return errors;
}

function validateCompletionMode(spec: Fields, path: Path): FieldError[] {
  const mode = spec['completionMode'];
  const needsIndexes = ['backoffLimitPerIndex', 'maxFailedIndexes'].filter((name) => spec[name] !== undefined);
  if (mode === 'Indexed') return validateIndexed(spec, path);
  if (mode !== undefined && mode !== 'NonIndexed') return [notSupported(path.child('completionMode'), mode, ['NonIndexed', 'Indexed'])];
  return needsIndexes.map((name) => invalid(path.child(name), spec[name], 'requires indexed completion mode'));
}

function validateManagedBy(managedBy: unknown, at: Path): FieldError[] {
  if (typeof managedBy !== 'string') return [];
  return [...validateDomainPrefixedPath(managedBy, at), ...(byteLength(managedBy) > 63 ? [tooLong(at, 63)] : [])];
}

function validatePolicies(spec: Fields, path: Path): FieldError[] {
  const replacement = spec['podReplacementPolicy'];
  const failurePolicy = isFields(spec['podFailurePolicy']);
  const replacements = failurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const errors = failurePolicy ? validatePodFailurePolicy(spec, path.child('podFailurePolicy')) : [];
  if (isFields(spec['successPolicy'])) {
    if (isIndexed(spec)) errors.push(...validateSuccessPolicy(spec, path.child('successPolicy')));
    else errors.push(invalid(path.child('successPolicy'), printInternal('SuccessPolicy', spec['successPolicy']), 'requires indexed completion mode'));
  }
  const replaceable = replacement === undefined || replacements.includes(String(replacement));
  return replaceable ? errors : [...errors, notSupported(path.child('podReplacementPolicy'), replacement, replacements)];
}

function validateRestartPolicy(spec: Fields, at: Path): FieldError[] {
  const policy = text(struct(struct(spec, 'template'), 'spec'), 'restartPolicy');
  if (policy === 'Always' || policy === '') return [required(at, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(at, policy, ['OnFailure', 'Never'])];
  const ends = policy === 'Never' || !isFields(spec['podFailurePolicy']);
  return ends ? [] : [invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** As a template has it: the selector comes later. */
export function validateJobTemplate(spec: Fields, path: Path): FieldError[] {
  const unlimited = spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined;
  return [
    ...validateNonnegativeFields(spec, ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'], path),
    ...(unlimited ? [required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified')] : []),
    ...validateManagedBy(spec['managedBy'], path.child('managedBy')),
    ...validateCompletionMode(spec, path),
    ...validatePolicies(spec, path),
    ...validatePodTemplateSpec(struct(spec, 'template'), path.child('template')),
    ...validateRestartPolicy(spec, path.child('template', 'spec', 'restartPolicy')),
  ];
}

export function validateJobSpec(spec: Fields, path: Path): FieldError[] {
  const { selector } = spec;
  const read = selectorOf(selector);
  return [
    ...validateJobTemplate(spec, path),
    ...(isFields(selector) ? validateLabelSelector(selector, path.child('selector')) : [required(path.child('selector'))]),
    ...(read ? validateSelectorMatches(struct(spec, 'template'), read, path.child('template')) : []),
  ];
}
