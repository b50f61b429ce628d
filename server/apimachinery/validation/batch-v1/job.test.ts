import { describe, expect, it } from 'vitest';
import { app, checksOf } from '../validation.test-util.ts';
import type { Rest } from '../validation.test-util.ts';

const { update, subresource } = checksOf('batch/v1', 'Job', 'default/x');
const labels = { app: 'x' };
const pod = (image: string) => ({ metadata: { labels }, spec: { containers: [{ ...app, image }], restartPolicy: 'Never' } });
const made = (spec: Rest, status: Rest = {}): Rest => ({ spec: { manualSelector: true, selector: { matchLabels: labels }, template: pod('a'), ...spec }, status });

describe('an update of a Job', () => {
  it('tells what is wrong with its spec twice', () => {
    const negative = 'spec.parallelism: Invalid value: -1: must be greater than or equal to 0';
    expect(update(made({}), made({ parallelism: -1, completions: 1 }))).toEqual([negative, negative]);
  });

  it('leaves its template alone', () => {
    const [error = ''] = update(made({}), made({ template: pod('b') }));
    expect(error).toMatch(/^spec\.template: Invalid value: {"labels":{"app":"x"},"Spec":{"Volumes":null,.*: field is immutable$/);
  });

  it('may change where it runs, and with what, while it waits', () => {
    const suspended = { suspend: true };
    const directed = { metadata: { labels }, spec: { ...pod('a').spec, nodeSelector: { zone: 'a' }, containers: [{ ...app, image: 'a', resources: { requests: { cpu: '1' } } }] } };
    expect(update(made(suspended), made({ ...suspended, template: directed }))).toEqual([]);
  });

  it('goes on without the newer labels of its pods if it had none', () => {
    const own = { 'controller-uid': 'u', 'job-name': 'x' };
    const old = { metadata: { uid: 'u' }, spec: { selector: { matchLabels: { 'controller-uid': 'u' } }, template: { ...pod('a'), metadata: { labels: own } } } };
    expect(update(old, { ...old, spec: { ...old.spec, ttlSecondsAfterFinished: 5 } })).toEqual([]);
  });

  it('shows policies in upstream\'s words', () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
    expect(update(made({}), made({ podFailurePolicy: { rules } }))).toContain(
      'spec.podFailurePolicy: Invalid value: {"Rules":[{"Action":"Ignore","OnExitCodes":null,"OnPodConditions":[{"Type":"DisruptionTarget","Status":"True"}]}]}: field is immutable',
    );
  });
});

const indexed = { completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 0 };
const done = { startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:00:00Z', active: 1, uncountedTerminatedPods: { succeeded: ['u'] }, conditions: [{ type: 'Complete', status: 'True' }] };

describe('the status of a Job', () => {
  it.each<[Rest, Rest, Rest, string[]]>([
    [{}, { failedIndexes: '1' }, {}, ['status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is null']],
    [{}, { startTime: '2026-01-02T00:00:00Z' }, { startTime: '2026-01-01T00:00:00Z' }, ['status.startTime: Invalid value: "2026-01-02T00:00:00Z": field is immutable for unsuspended job once set']],
    [indexed, { completedIndexes: '0-1', failedIndexes: '1' }, {}, ['status.failedIndexes: Invalid value: "1": failedIndexes and completedIndexes overlap at index: 1']],
    [{ ...indexed, successPolicy: { rules: [{ succeededCount: 1 }] } }, done, {}, [
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.uncountedTerminatedPods: Invalid value: {"Succeeded":["u"],"Failed":null}: must be empty for finished job',
      'status.conditions: Invalid value: cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ]],
  ])('of %j is not %j after %j', (spec, now, old, expected) => expect(subresource('status', made(spec, old), made(spec, now))).toEqual(expected));

  it.each<[string, Rest, Rest]>([
    ['finished as an older server wrote it', {}, done],
    ['with indexes beyond completions that are fewer now', { ...indexed, completions: 1 }, { completedIndexes: '0-1' }],
  ])('may stay %s', (_what, spec, status) => expect(subresource('status', made(spec, status), made(spec, { ...status, failed: 1 }))).toEqual([]));
});
