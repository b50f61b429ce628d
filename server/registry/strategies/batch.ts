/**
 * Strategies of Jobs: their selectors are made from their uids.
 *
 * Upstream: pkg/registry/batch/job/{strategy,storage/storage}.go.
 */
import { stringMap, struct } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Override } from './override.ts';
import { withTemplate } from './pods.ts';

function generateSelector(obj: KubeObject): void {
  const spec = struct(obj, 'spec');
  if (spec.manualSelector === true) return;
  const { name = '', uid = '' } = obj.metadata;
  const template = struct(spec, 'template');
  const metadata = struct(template, 'metadata');
  const own = { 'job-name': name, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid };
  // in Go's order, as a message may show them
  const labels = Object.fromEntries(Object.entries({ ...own, ...stringMap(metadata, 'labels') }).sort(([a], [b]) => (a < b ? -1 : 1)));
  const selector = struct(spec, 'selector');
  const matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...stringMap(selector, 'matchLabels') };
  obj.spec = { ...spec, selector: { ...selector, matchLabels }, template: { ...template, metadata: { ...metadata, labels } } };
  // labels that defaulting took from the template are the same map in Go, and get what it gets
  if (obj.metadata.labels && obj.metadata.labels === metadata['labels']) obj.metadata.labels = { ...labels };
}

const podsArePreserved = 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

export const batchStrategies: Record<string, Override> = {
  'cronjobs.batch': withTemplate(['spec', 'jobTemplate', 'spec', 'template', 'spec']),
  'jobs.batch': withTemplate(['spec', 'template', 'spec'], (main) => ({
    prepareForCreate(obj, ctx) {
      generateSelector(obj);
      main.prepareForCreate(obj, ctx);
    },
    garbageCollection: 'orphan',
    warningsOnDelete: ({ propagationPolicy, orphanDependents }) => (propagationPolicy === undefined && orphanDependents === undefined ? [podsArePreserved] : []),
  })),
};
