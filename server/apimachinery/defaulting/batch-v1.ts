/**
 * Defaults of the batch group.
 *
 * Upstream: pkg/apis/batch/v1/defaults.go.
 */
import { ensureStruct, isEmpty, isFields, setNil, setUnset, struct } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

const maxInt32 = 2 ** 31 - 1;

function job(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  setNil(spec, {
    parallelism: 1,
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : maxInt32,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
  const { labels } = struct(struct(spec, 'template'), 'metadata');
  const metadata = ensureStruct(obj, 'metadata');
  if (isFields(labels) && isEmpty(metadata, 'labels')) metadata['labels'] = labels;
}

export const batchV1: Record<string, DefaultFunc> = {
  Job: job,
  CronJob: (obj) =>
    setUnset(ensureStruct(obj, 'spec'), { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 }),
  PodFailurePolicyOnPodConditionsPattern: (obj) => setUnset(obj, { status: 'True' }),
};
