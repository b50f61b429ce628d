/**
 * Rows of jobs and cron jobs.
 *
 * Upstream: printJob, printCronJob of pkg/printers/internalversion/printers.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { humanDuration } from './duration.ts';
import { at, condition, flag, isTrue, list, number, text } from './fields.ts';
import { type Cells, containerCells, formatLabelSelector, orElse } from './format.ts';

function completions(job: KubeObject): string {
  const done = number(job, 'status.succeeded');
  if (at(job, 'spec.completions') !== undefined) return `${done}/${number(job, 'spec.completions')}`;
  const parallelism = number(job, 'spec.parallelism');
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function jobDuration(job: KubeObject, now: number): string {
  const start = text(job, 'status.startTime');
  const end = text(job, 'status.completionTime');
  return start === '' ? '' : humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

function jobStatus(job: KubeObject): string {
  const has = (type: string) => isTrue(condition(job, type));
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

export const batchCells: Record<string, Cells> = {
  'jobs.batch': (obj, { name, age, now }) => [
    name,
    jobStatus(obj),
    completions(obj),
    jobDuration(obj, now),
    age,
    ...containerCells(obj, 'spec.template.spec'),
    formatLabelSelector(obj, 'spec.selector'),
  ],

  'cronjobs.batch': (obj, { name, age, since }) => {
    const suspend = at(obj, 'spec.suspend') === undefined ? '<unset>' : flag(obj, 'spec.suspend') ? 'True' : 'False';
    const last = text(obj, 'status.lastScheduleTime');
    return [
      name,
      text(obj, 'spec.schedule'),
      orElse(text(obj, 'spec.timeZone'), '<none>'),
      suspend,
      list(obj, 'status.active').length,
      last === '' ? '<none>' : since(last),
      age,
      ...containerCells(obj, 'spec.jobTemplate.spec.template.spec'),
      formatLabelSelector(obj, 'spec.jobTemplate.spec.selector'),
    ];
  },
};
