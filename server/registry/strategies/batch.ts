/**
 * Strategies of Jobs: their selectors are made from their uids.
 *
 * Upstream: pkg/registry/batch/job/strategy.go.
 */
import { stringMap, struct } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Override } from './core.ts';

function generateSelector(obj: KubeObject): void {
  const spec = struct(obj, 'spec');
  if (spec.manualSelector === true) return;
  const { name = '', uid = '' } = obj.metadata;
  const template = struct(spec, 'template');
  const metadata = struct(template, 'metadata');
  const own = { 'job-name': name, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid };
  const labels = { ...own, ...stringMap(metadata, 'labels') };
  const selector = struct(spec, 'selector');
  const matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...stringMap(selector, 'matchLabels') };
  obj.spec = { ...spec, selector: { ...selector, matchLabels }, template: { ...template, metadata: { ...metadata, labels } } };
  // defaulting would do it when the stored object is read
  if (Object.keys(obj.metadata.labels ?? {}).length === 0) obj.metadata.labels = { ...labels };
}

export const batchStrategies: Record<string, Override> = {
  'jobs.batch': (main) => ({
    prepareForCreate(obj, ctx) {
      generateSelector(obj);
      main.prepareForCreate(obj, ctx);
    },
    garbageCollection: 'orphan',
  }),
};
