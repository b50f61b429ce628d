/**
 * Which kinds warn about what, by resource. Warnings are sent with the answer, and the object is written all the same.
 *
 * Upstream: WarningsOnCreate and WarningsOnUpdate of the strategies in pkg/registry.
 */
import { int, struct, structs, strings, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { newPath } from '../../apimachinery/field.ts';
import type { Path } from '../../apimachinery/field.ts';
import { isDNS1123Label } from '../../apimachinery/names.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { warningsForCIDR } from './addresses.ts';
import { warningsForPod } from './pod.ts';
import { warningsForTLS } from './secret.ts';
import { warningsForService } from './service.ts';
import { warningsForClaim, warningsForClaimSpec, warningsForClass, warningsForVolume } from './storage.ts';

export interface Warnings {
  onCreate(obj: KubeObject): string[];
  onUpdate(obj: KubeObject, old: KubeObject): string[];
}

const nothing = (): string[] => [];
export const none: Warnings = { onCreate: nothing, onUpdate: nothing };

const always = (warn: (obj: KubeObject) => string[]): Warnings => ({ onCreate: warn, onUpdate: warn });
const onCreate = (warn: (obj: KubeObject) => string[]): Warnings => ({ onCreate: warn, onUpdate: nothing });

const spec = newPath('spec');

/** Go's %v of a list of strings. */
const printed = (reasons: string[]) => `[${reasons.join(' ')}]`;

function warningsForName({ metadata: { name = '' } }: KubeObject): string[] {
  const reasons = isDNS1123Label(name);
  return reasons.length === 0 ? [] : [`metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: ${printed(reasons)}`];
}

const template = (obj: Fields, path: Path) => warningsForPod(struct(obj, 'template'), path.child('template'));

/** A workload's pods; told again when what is wanted of it has changed. */
function newWorkload(warn: (obj: KubeObject) => string[], ...more: ((obj: KubeObject) => string[])[]): Warnings {
  return {
    onCreate: (obj) => [...more, warn].flatMap((each) => each(obj)),
    onUpdate: (obj, old) => (obj.metadata.generation === old.metadata.generation ? [] : warn(obj)),
  };
}

const ofTemplate = (obj: KubeObject) => template(struct(obj, 'spec'), spec);

const manyCompletions = 100_000;
const atManyCompletions = 10_000;

function warningsForJob(job: Fields, path: Path): string[] {
  const indexed = job['completionMode'] === 'Indexed' && (int(job, 'completions') ?? 0) > manyCompletions && (int(job, 'parallelism') ?? 0) > atManyCompletions;
  return [
    ...(indexed ? [`${path.toString()}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`] : []),
    ...template(job, path),
  ];
}

function warningsForStatefulSet(obj: KubeObject): string[] {
  const want = struct(obj, 'spec');
  const claims = structs(want, 'volumeClaimTemplates').flatMap((claim, i) => warningsForClaimSpec(struct(claim, 'spec'), spec.child('volumeClaimTemplates').index(i)));
  const negative = (int(want, 'revisionHistoryLimit') ?? 0) < 0;
  return [...template(want, spec), ...claims, ...(negative ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : [])];
}

const ingressClass = 'kubernetes.io/ingress.class';

function warningsForIngress({ metadata }: KubeObject): string[] {
  return metadata.annotations?.[ingressClass] === undefined ? [] : [`annotation "${ingressClass}" is deprecated, please use 'spec.ingressClassName' instead`];
}

function warningsForNetworkPolicy(obj: KubeObject): string[] {
  return ([['ingress', 'from'], ['egress', 'to']] as const).flatMap(([direction, peers]) =>
    structs(struct(obj, 'spec'), direction).flatMap((rule, i) =>
      structs(rule, peers).flatMap((peer, j) => {
        const at = spec.child(direction).index(i).child(peers).index(j).child('ipBlock');
        const block = struct(peer, 'ipBlock');
        return [...warningsForCIDR(text(block, 'cidr'), at.child('cidr')), ...strings(block, 'except').flatMap((cidr, k) => warningsForCIDR(cidr, at.child('except').index(k)))];
      }),
    ),
  );
}

/** By `resource.group`. */
export const warningsFor: Readonly<Record<string, Warnings>> = {
  pods: always((obj) => warningsForPod(obj, newPath())),
  podtemplates: newWorkload((obj) => template(obj, newPath())),
  replicationcontrollers: newWorkload(ofTemplate, warningsForName),
  services: always(warningsForService),
  persistentvolumes: always(warningsForVolume),
  persistentvolumeclaims: always(warningsForClaim),
  secrets: always(warningsForTLS),
  'deployments.apps': newWorkload(ofTemplate, warningsForName),
  'replicasets.apps': newWorkload(ofTemplate, warningsForName),
  'daemonsets.apps': newWorkload(ofTemplate),
  'statefulsets.apps': newWorkload(warningsForStatefulSet),
  'jobs.batch': newWorkload((obj) => warningsForJob(struct(obj, 'spec'), spec), warningsForName),
  'cronjobs.batch': newWorkload((obj) => warningsForJob(struct(struct(struct(obj, 'spec'), 'jobTemplate'), 'spec'), spec.child('jobTemplate', 'spec')), warningsForName),
  'ingresses.networking.k8s.io': onCreate(warningsForIngress),
  'networkpolicies.networking.k8s.io': always(warningsForNetworkPolicy),
  'storageclasses.storage.k8s.io': always(warningsForClass),
};
