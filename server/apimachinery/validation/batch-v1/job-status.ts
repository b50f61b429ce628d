/**
 * How Jobs fare.
 *
 * Upstream: ValidateJobUpdateStatus of pkg/apis/batch/validation/validation.go, getStatusValidationOptions of
 * pkg/registry/batch/job/strategy.go. Leaves out that a finished status may stay as an older server wrote it.
 */
import { int, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { invalidOmitted, validateNonnegativeFields } from '../checks.ts';
import { isIndexed } from './job-spec.ts';
import { countIndexes } from './policies.ts';

const path = newPath('status');
const conditions = path.child('conditions');

const is = (status: Fields, type: string) => structs(status, 'conditions').some((c) => c['type'] === type && c['status'] === 'True');
const isFinished = (status: Fields) => is(status, 'Complete') || is(status, 'Failed');

function validateUncounted(status: Fields): FieldError[] {
  const seen = new Set<string>();
  return ['succeeded', 'failed'].flatMap((list) =>
    strings(struct(status, 'uncountedTerminatedPods'), list).flatMap((uid, i) => {
      const at = path.child('uncountedTerminatedPods', list).index(i);
      if (uid === '') return [invalid(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

/** Conditions that cannot be true together, or not without another one. */
function validateConditions(status: Fields): FieldError[] {
  const excluded = [
    ['Complete', 'Failed', 'cannot set Complete=True and Failed=true conditions'],
    ['Complete', 'FailureTarget', 'cannot set Complete=True and FailureTarget=true conditions'],
    ['SuccessCriteriaMet', 'Failed', 'cannot set SuccessCriteriaMet=True and Failed=true conditions'],
    ['SuccessCriteriaMet', 'FailureTarget', 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'],
  ] as const;
  const needed = [
    ['Failed', 'FailureTarget', 'cannot set Failed=True condition without the FailureTarget=true condition'],
    ['Complete', 'SuccessCriteriaMet', 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'],
  ] as const;
  return [
    ...excluded.filter(([a, b]) => is(status, a) && is(status, b)).map(([, , detail]) => invalidOmitted(conditions, detail)),
    ...needed.filter(([a, b]) => is(status, a) && !is(status, b)).map(([, , detail]) => invalidOmitted(conditions, detail)),
  ];
}

function validateTimes(status: Fields, suspendedAtOnce: boolean): FieldError[] {
  const [start, end] = [text(status, 'startTime'), text(status, 'completionTime')];
  const at = path.child('completionTime');
  const errors: FieldError[] = [];
  if (end !== '' && !is(status, 'Complete')) errors.push(invalid(at, end, 'cannot set completionTime when there is no Complete=True condition'));
  if (end === '' && is(status, 'Complete')) errors.push(required(at, 'completionTime is required for Complete jobs'));
  if (start !== '' && end !== '' && Date.parse(end) < Date.parse(start)) errors.push(invalid(at, end, 'must be equal to or after `startTime`'));
  if (start === '' && isFinished(status) && !suspendedAtOnce) errors.push(required(path.child('startTime'), 'startTime is required for finished job'));
  return errors;
}

function validateFinished(status: Fields): FieldError[] {
  if (!isFinished(status)) return [];
  const uncounted = struct(status, 'uncountedTerminatedPods');
  const running = ['active', 'terminating'].filter((name) => (int(status, name) ?? 0) > 0);
  return [
    ...running.map((name) => invalid(path.child(name), int(status, name), `${name}>0 is invalid for finished job`)),
    ...(strings(uncounted, 'succeeded').length + strings(uncounted, 'failed').length > 0 ? [invalid(path.child('uncountedTerminatedPods'), uncounted, 'must be empty for finished job')] : []),
  ];
}

function validateIndexes(status: Fields, spec: Fields): FieldError[] {
  const completions = int(spec, 'completions');
  return ['completedIndexes', 'failedIndexes'].flatMap((name) => {
    const indexes = text(status, name);
    const at = path.child(name);
    if (name === 'completedIndexes' && indexes !== '' && !isIndexed(spec)) return [invalid(at, indexes, 'cannot set non-empty completedIndexes when non-indexed completion mode')];
    if (name === 'failedIndexes' && status[name] !== undefined && spec['backoffLimitPerIndex'] === undefined) return [invalid(at, indexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')];
    if (completions === undefined || !isIndexed(spec)) return [];
    try {
      countIndexes(indexes, completions);
      return [];
    } catch (err) {
      return [invalid(at, indexes, `error parsing ${name}: ${err instanceof Error ? err.message : String(err)}`)];
    }
  });
}

function validateSteps(now: Fields, old: Fields, spec: Fields): FieldError[] {
  const terminal = ['Failed', 'Complete', 'FailureTarget'].filter((type) => is(old, type) && !is(now, type));
  const lessens = (name: string) => (int(now, name) ?? 0) < (int(old, name) ?? 0);
  const scales = isIndexed(spec) && int(spec, 'completions') === int(spec, 'parallelism');
  const counters = ['failed', 'succeeded'].filter((name) => lessens(name) && (name === 'failed' || !scales));
  const [start, oldStart, end, oldEnd] = [text(now, 'startTime'), text(old, 'startTime'), text(now, 'completionTime'), text(old, 'completionTime')];
  return [
    ...terminal.map((type) => invalidOmitted(conditions, `cannot disable the terminal ${type}=True condition`)),
    ...counters.map((name) => invalid(path.child(name), int(now, name) ?? 0, `cannot decrease the ${name} counter`)),
    ...(oldEnd !== '' && end !== '' && end !== oldEnd ? [invalid(path.child('completionTime'), end, 'field is immutable')] : []),
    ...(oldStart !== '' && start !== oldStart && spec['suspend'] !== true && !(is(old, 'Suspended') && structs(now, 'conditions').some((c) => c['type'] === 'Suspended' && c['status'] === 'False'))
      ? [invalid(path.child('startTime'), start || null, 'field is immutable for unsuspended job once set')]
      : []),
    ...(is(old, 'SuccessCriteriaMet') && !is(now, 'SuccessCriteriaMet') ? [invalidOmitted(conditions, 'cannot disable the SuccessCriteriaMet=True condition')] : []),
    ...(is(old, 'Complete') && !is(old, 'SuccessCriteriaMet') && is(now, 'SuccessCriteriaMet') ? [invalidOmitted(conditions, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')] : []),
  ];
}

export function validateJobStatusUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [spec, status] = [struct(obj, 'spec'), struct(obj, 'status')];
  const ready = int(status, 'ready');
  return [
    ...validateNonnegativeFields(status, ['active', 'succeeded', 'failed', 'ready', 'terminating'], path),
    ...validateUncounted(status),
    ...validateConditions(status),
    ...validateTimes(status, spec['suspend'] === true && int(spec, 'completions') === 0),
    ...validateFinished(status),
    ...validateIndexes(status, spec),
    ...(ready !== undefined && ready > (int(status, 'active') ?? 0) ? [invalid(path.child('ready'), ready, 'cannot set more ready pods than active')] : []),
    ...validateSteps(status, struct(old, 'status'), spec),
  ];
}
