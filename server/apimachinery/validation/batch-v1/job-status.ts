/**
 * How Jobs fare. Most rules look only at what has changed: what an older server wrote, or what a change of the spec made
 * wrong, may stay until the controller puts it right.
 *
 * Upstream: ValidateJobUpdateStatus of pkg/apis/batch/validation/validation.go, getStatusValidationOptions of
 * pkg/registry/batch/job/strategy.go.
 */
import { int, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { eachSliceVal, fieldImmutable, invalidOmitted, semanticEqual, validateNonnegativeFields } from '../checks.ts';
import { countIndexes, findOverlap } from './indexes.ts';
import { isIndexed } from './job-spec.ts';

const path = newPath('status');

type Rule = [broken: boolean, error: () => FieldError];

const brokenOf = (rules: Rule[]) => rules.filter(([broken]) => broken).map(([, error]) => error());
const conditions = (detail: string) => () => invalidOmitted(path.child('conditions'), detail);

const has = (status: Fields, type: string, value: string) => structs(status, 'conditions').some((c) => c['type'] === type && c['status'] === value);
const is = (status: Fields, type: string) => has(status, type, 'True');
const isFinished = (status: Fields) => is(status, 'Complete') || is(status, 'Failed');

function validateUncounted(status: Fields): FieldError[] {
  const seen = new Set<string>();
  return ['succeeded', 'failed'].flatMap((list) =>
    eachSliceVal(strings(struct(status, 'uncountedTerminatedPods'), list), path.child('uncountedTerminatedPods', list), (uid, at) => {
      if (uid === '') return [invalid(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

/** What no Job has, changed or not. */
function validateAlways(now: Fields, spec: Fields): FieldError[] {
  const [met, needsMet] = [is(now, 'SuccessCriteriaMet'), spec['successPolicy'] !== undefined];
  return brokenOf([
    [met && is(now, 'Failed'), conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions')],
    [met && is(now, 'FailureTarget'), conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')],
    [needsMet && !met && is(now, 'Complete'), conditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')],
  ]);
}

/** Why a list of indexes cannot be read; empty if it can. */
function unreadable(indexes: string, completions: number): string {
  try {
    countIndexes(indexes, completions);
    return '';
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}

type Changes = (...names: string[]) => boolean;

function validateIndexes(now: Fields, spec: Fields, changed: Changes): FieldError[] {
  const completions = int(spec, 'completions');
  const [completed, failed, perIndex] = [text(now, 'completedIndexes'), now['failedIndexes'], spec['backoffLimitPerIndex'] !== undefined];
  const [completedAt, failedAt] = [path.child('completedIndexes'), path.child('failedIndexes')];
  const [newCompleted, newFailed] = [changed('completedIndexes'), changed('failedIndexes') && typeof failed === 'string'];
  const of = (indexes: unknown) => (completions === undefined ? '' : unreadable(String(indexes), completions));
  const overlap = completions === undefined || typeof failed !== 'string' ? undefined : findOverlap(completed, failed, completions);
  return brokenOf([
    [newCompleted && of(completed) !== '', () => invalid(completedAt, completed, `error parsing completedIndexes: ${of(completed)}`)],
    [newFailed && perIndex && of(failed) !== '', () => invalid(failedAt, failed, `error parsing failedIndexes: ${of(failed)}`)],
    [newCompleted && completed !== '' && !isIndexed(spec), () => invalid(completedAt, completed, 'cannot set non-empty completedIndexes when non-indexed completion mode')],
    [newFailed && !perIndex, () => invalid(failedAt, failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')],
    [(newCompleted || newFailed) && overlap !== undefined, () => invalid(failedAt, failed, `failedIndexes and completedIndexes overlap at index: ${overlap}`)],
  ]);
}

function validateStatus(now: Fields, old: Fields, spec: Fields): FieldError[] {
  // what Go does not point to is zero where it is absent
  const changed: Changes = (...names) => names.some((name) => (name === 'failedIndexes' ? now[name] !== old[name] : !semanticEqual(now[name] || undefined, old[name] || undefined)));
  const turned: Changes = (...types) => types.some((type) => is(now, type) !== is(old, type));
  const [complete, failed, target] = [is(now, 'Complete'), is(now, 'Failed'), is(now, 'FailureTarget')];
  const [finished, finishing] = [isFinished(now), isFinished(now) !== isFinished(old)];
  const [start, end, endAt] = [text(now, 'startTime'), text(now, 'completionTime'), path.child('completionTime')];
  const [succeededPods, failedPods] = ['succeeded', 'failed'].map((list) => strings(struct(now, 'uncountedTerminatedPods'), list));
  const [active, ready, terminating] = [int(now, 'active') ?? 0, int(now, 'ready'), int(now, 'terminating') ?? 0];
  const ends = turned('Complete') || changed('completionTime');
  const nothingToDo = spec['suspend'] === true && int(spec, 'completions') === 0;
  return [
    ...brokenOf([
      [turned('Complete', 'Failed') && complete && failed, conditions('cannot set Complete=True and Failed=true conditions')],
      [turned('Complete', 'FailureTarget') && complete && target, conditions('cannot set Complete=True and FailureTarget=true conditions')],
      [ends && end !== '' && !complete, () => invalid(endAt, end, 'cannot set completionTime when there is no Complete=True condition')],
      [ends && end === '' && complete, () => required(endAt, 'completionTime is required for Complete jobs')],
      [changed('startTime', 'completionTime') && Date.parse(end) < Date.parse(start), () => invalid(endAt, end, 'must be equal to or after `startTime`')],
      [(turned('Failed') || changed('failedIndexes')) && failed && !target, conditions('cannot set Failed=True condition without the FailureTarget=true condition')],
      [turned('Complete', 'SuccessCriteriaMet') && complete && !is(now, 'SuccessCriteriaMet'), conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')],
      [(finishing || changed('active')) && finished && active > 0, () => invalid(path.child('active'), active, 'active>0 is invalid for finished job')],
      [(finishing || changed('startTime')) && finished && start === '' && !nothingToDo, () => required(path.child('startTime'), 'startTime is required for finished job')],
      [
        (finishing || changed('uncountedTerminatedPods')) && finished && [succeededPods, failedPods].some((pods) => pods?.length),
        () => invalid(path.child('uncountedTerminatedPods'), { Succeeded: succeededPods?.length ? succeededPods : null, Failed: failedPods?.length ? failedPods : null }, 'must be empty for finished job'),
      ],
    ]),
    ...validateIndexes(now, spec, changed),
    ...brokenOf([
      [(finishing || changed('terminating')) && finished && terminating > 0, () => invalid(path.child('terminating'), terminating, 'terminating>0 is invalid for finished job')],
      [changed('ready', 'active') && ready !== undefined && ready > active, () => invalid(path.child('ready'), ready, 'cannot set more ready pods than active')],
    ]),
    ...validateAlways(now, spec),
  ];
}

function validateSteps(now: Fields, old: Fields, spec: Fields): FieldError[] {
  const less = (name: string) => (int(now, name) ?? 0) < (int(old, name) ?? 0);
  const scales = isIndexed(spec) && int(spec, 'completions') === int(spec, 'parallelism');
  const [start, oldStart, end, oldEnd] = [text(now, 'startTime'), text(old, 'startTime'), text(now, 'completionTime'), text(old, 'completionTime')];
  const resumes = is(old, 'Suspended') && has(now, 'Suspended', 'False');
  const [met, wasMet] = [is(now, 'SuccessCriteriaMet'), is(old, 'SuccessCriteriaMet')];
  return brokenOf([
    ...['Failed', 'Complete', 'FailureTarget'].map((type): Rule => [is(old, type) && !is(now, type), conditions(`cannot disable the terminal ${type}=True condition`)]),
    [less('failed'), () => invalid(path.child('failed'), int(now, 'failed') ?? 0, 'cannot decrease the failed counter')],
    [less('succeeded') && !scales, () => invalid(path.child('succeeded'), int(now, 'succeeded') ?? 0, 'cannot decrease the succeeded counter')],
    [oldEnd !== '' && end !== '' && end !== oldEnd, () => invalid(path.child('completionTime'), end, fieldImmutable)],
    [oldStart !== '' && start !== oldStart && spec['suspend'] !== true && !resumes, () => invalid(path.child('startTime'), start || null, 'field is immutable for unsuspended job once set')],
    [wasMet && !met, conditions('cannot disable the SuccessCriteriaMet=True condition')],
    [is(old, 'Complete') && !wasMet && met, conditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')],
  ]);
}

export function validateJobStatusUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [spec, now, before] = [struct(obj, 'spec'), struct(obj, 'status'), struct(old, 'status')];
  return [
    ...validateNonnegativeFields(now, ['active', 'succeeded', 'failed', 'ready', 'terminating'], path),
    ...validateUncounted(now),
    ...validateStatus(now, before, spec),
    ...validateSteps(now, before, spec),
  ];
}
