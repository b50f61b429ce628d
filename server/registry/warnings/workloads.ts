/**
 * What workloads are warned about, mostly for the pods that they make.
 *
 * Upstream: WarningsOnCreate and WarningsOnUpdate of pkg/registry/{apps,batch}/KIND/strategy.go and of
 * pkg/registry/core/{pod,podtemplate,replicationcontroller}/strategy.go, pkg/api/job/warnings.go.
 */
import { int, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { deepEqual } from '../../apimachinery/deep.ts';
import { newPath } from '../../apimachinery/field.ts';
import type { Path } from '../../apimachinery/field.ts';
import { isDNS1123Label } from '../../apimachinery/names.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { warningsForIP } from './addresses.ts';
import { onCreate } from './interfaces.ts';
import type { Warnings } from './interfaces.ts';
import { warningsForPod } from './pod.ts';
import { warningsForClaimSpec } from './storage.ts';

const spec = newPath('spec');

function forName({ metadata: { name = '' } }: KubeObject, where: string): string[] {
  const reasons = isDNS1123Label(name);
  return reasons.length === 0 ? [] : [`metadata.name: this is used in ${where}, which can result in surprising behavior; a DNS label is recommended: [${reasons.join(' ')}]`];
}

const inPods = (obj: KubeObject) => forName(obj, 'Pod names and hostnames');
const template = (obj: Fields, path: Path) => warningsForPod(struct(obj, 'template'), path.child('template'));
const ofTemplate = (obj: KubeObject) => template(struct(obj, 'spec'), spec);
const sameGeneration = (obj: KubeObject, old: KubeObject) => obj.metadata.generation === old.metadata.generation;

/** Told again when what is wanted of it has changed. */
function newWorkload(warn: (obj: KubeObject) => string[], ...more: ((obj: KubeObject) => string[])[]): Warnings {
  return {
    onCreate: (obj) => [...more, warn].flatMap((each) => each(obj)),
    onUpdate: (obj, old) => (sameGeneration(obj, old) ? [] : warn(obj)),
  };
}

function forJob(job: Fields, path: Path): string[] {
  const many = job['completionMode'] === 'Indexed' && (int(job, 'completions') ?? 0) > 100_000 && (int(job, 'parallelism') ?? 0) > 10_000;
  return [
    ...(many ? [`${path.toString()}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`] : []),
    ...template(job, path),
  ];
}

const cronJob = newWorkload((obj) => forJob(struct(struct(struct(obj, 'spec'), 'jobTemplate'), 'spec'), spec.child('jobTemplate', 'spec')), inPods);
const zoned = 'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

/** Of a create and of an update, upstream calls the claims' specs by different names. */
function forClaims(obj: KubeObject, isUpdate: boolean): string[] {
  const want = struct(obj, 'spec');
  const claims = structs(want, 'volumeClaimTemplates').flatMap((claim, i) => {
    const at = spec.child('volumeClaimTemplates').index(i);
    return warningsForClaimSpec(struct(claim, 'spec'), isUpdate ? at.child('Spec') : at);
  });
  const negative = (int(want, 'revisionHistoryLimit') ?? 0) < 0;
  return [...claims, ...(negative ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : [])];
}

function forIPs(obj: KubeObject): string[] {
  return ['podIPs', 'hostIPs'].flatMap((list) => structs(struct(obj, 'status'), list).flatMap((entry, i) => warningsForIP(text(entry, 'ip'), newPath('status', list).index(i).child('ip'))));
}

/** By `resource.group`. */
export const workloadWarnings: Readonly<Record<string, Warnings>> = {
  pods: { ...onCreate((obj) => [...forName(obj, "the Pod's hostname"), ...warningsForPod(obj, newPath())]), onStatusUpdate: forIPs },
  podtemplates: newWorkload((obj) => template(obj, newPath())),
  // upstream looks at the template that was
  replicationcontrollers: { ...newWorkload(ofTemplate, inPods), onUpdate: (obj, old) => (sameGeneration(obj, old) ? [] : ofTemplate(old)) },
  'deployments.apps': newWorkload(ofTemplate, inPods),
  'replicasets.apps': newWorkload(ofTemplate, inPods),
  'daemonsets.apps': { ...newWorkload(ofTemplate), onUpdate: (obj, old) => (deepEqual(struct(obj, 'spec')['template'], struct(old, 'spec')['template']) ? [] : ofTemplate(obj)) },
  'statefulsets.apps': {
    onCreate: (obj) => [...ofTemplate(obj), ...forClaims(obj, false)],
    onUpdate: (obj, old) => [...(sameGeneration(obj, old) ? [] : ofTemplate(obj)), ...forClaims(obj, true)],
  },
  'jobs.batch': newWorkload((obj) => forJob(struct(obj, 'spec'), spec), inPods),
  'cronjobs.batch': { ...cronJob, onUpdate: (obj, old) => [...cronJob.onUpdate(obj, old), ...(text(struct(obj, 'spec'), 'schedule').includes('TZ') ? [zoned] : [])] },
};
