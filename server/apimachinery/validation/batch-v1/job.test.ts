import { describe, expect, it } from 'vitest';
import { app, complete, told, validationOf } from '../core-v1/complete.test-util.ts';
import type { Rest } from '../core-v1/complete.test-util.ts';

const job = validationOf('batch/Job');
const labels = { app: 'x' };
const pod = (image: string) => ({ metadata: { labels }, spec: { containers: [{ ...app, image }], restartPolicy: 'Never' } });
const made = (spec: Rest, status: Rest = {}) => complete('Job', { spec: { manualSelector: true, selector: { matchLabels: labels }, template: pod('a'), ...spec }, status }, {}, 'batch/v1');

describe('an update of a Job', () => {
  it('tells what is wrong with its spec twice', () => {
    const negative = 'spec.parallelism: Invalid value: -1: must be greater than or equal to 0';
    expect(told(job.validateUpdate(made({ parallelism: -1, completions: 1 }), made({})))).toEqual([negative, negative]);
  });

  it('leaves its template alone', () => {
    const [error = ''] = told(job.validateUpdate(made({ template: pod('b') }), made({})));
    expect(error).toMatch(/^spec\.template: Invalid value: {"labels":{"app":"x"},"Spec":{"Volumes":null,.*: field is immutable$/);
  });

  it('may change where it runs, and with what, while it waits', () => {
    const suspended = { suspend: true };
    const directed = { metadata: { labels }, spec: { ...pod('a').spec, nodeSelector: { zone: 'a' }, containers: [{ ...app, image: 'a', resources: { requests: { cpu: '1' } } }] } };
    expect(told(job.validateUpdate(made({ ...suspended, template: directed }), made(suspended)))).toEqual([]);
  });

  it('shows policies in upstream\'s words', () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
    expect(told(job.validateUpdate(made({ podFailurePolicy: { rules } }), made({})))).toContain(
      'spec.podFailurePolicy: Invalid value: {"Rules":[{"Action":"Ignore","OnExitCodes":null,"OnPodConditions":[{"Type":"DisruptionTarget","Status":"True"}]}]}: field is immutable',
    );
  });
});

describe('the status of a Job', () => {
  it.each<[Rest, Rest, Rest, string[]]>([
    [{}, { failedIndexes: '1' }, {}, ['status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is null']],
    [{}, { startTime: '2026-01-02T00:00:00Z' }, { startTime: '2026-01-01T00:00:00Z' }, ['status.startTime: Invalid value: "2026-01-02T00:00:00Z": field is immutable for unsuspended job once set']],
  ])('of %j is not %j after %j', (spec, now, old, expected) => expect(told(job.subresources?.['status']?.(made(spec, now), made(spec, old)) ?? [])).toEqual(expected));
});
