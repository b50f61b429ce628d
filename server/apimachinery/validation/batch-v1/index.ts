/**
 * The kinds of batch/v1; CronJobs.
 *
 * Upstream: ValidateCronJobCreate, ValidateCronJobUpdate, ValidateJobTemplateSpec of pkg/apis/batch/validation/validation.go.
 */
import { isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { validateEnum, validateNonnegativeFields } from '../checks.ts';
import type { KindValidation } from '../kind-validation.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { printedSelector } from '../workloads.ts';
import { validateJobTemplate } from './job-spec.ts';
import { job } from './job.ts';
import { validateSchedule, validateTimeZone } from './schedule.ts';

const path = newPath('spec');

function validateSpec(spec: Fields, old: Fields | undefined): FieldError[] {
  const schedule = text(spec, 'schedule');
  const { timeZone } = spec;
  const template = struct(struct(spec, 'jobTemplate'), 'spec');
  const at = path.child('jobTemplate', 'spec');
  const { selector } = template;
  const hadZone = old !== undefined && text(old, 'schedule').includes('TZ');
  return [
    ...(schedule === '' ? [required(path.child('schedule'))] : validateSchedule(schedule, hadZone, timeZone, path.child('schedule'))),
    ...validateNonnegativeFields(spec, ['startingDeadlineSeconds'], path),
    ...(old && old['timeZone'] === timeZone ? [] : validateTimeZone(timeZone, path.child('timeZone'))),
    ...validateEnum(text(spec, 'concurrencyPolicy'), ['Allow', 'Forbid', 'Replace'], path.child('concurrencyPolicy')),
    ...validateJobTemplate(template, at),
    ...(isFields(selector) ? [invalid(at.child('selector'), printedSelector(selector), '`selector` will be auto-generated')] : []),
    ...(template['manualSelector'] === true ? [notSupported(at.child('manualSelector'), true, ['nil', 'false'])] : []),
    ...validateNonnegativeFields(spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'], path),
  ];
}

/** Eleven characters come after it in the names of Jobs. */
const maxName = 52;

const cronJob = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => {
    const { name = '' } = obj.metadata;
    const long = name.length > maxName ? [invalid(newPath('metadata', 'name'), name, `must be no more than ${maxName} characters`)] : [];
    return [...validateSpec(struct(obj, 'spec'), undefined), ...long];
  },
  validateUpdate: (obj, old) => validateSpec(struct(obj, 'spec'), struct(old, 'spec')),
  subresources: { status: () => [] },
});

export const batchV1: Record<string, KindValidation> = { CronJob: cronJob, Job: job };
