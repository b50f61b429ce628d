/**
 * Strategies of the legacy group's kinds that differ from the default.
 *
 * Upstream: pkg/registry/core/{pod,namespace,persistentvolume,persistentvolumeclaim,secret,event}/strategy.go.
 */
import { int, isFields, strings, structs } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { keepsNamespace } from '../namespace.ts';
import type { Strategy } from '../strategy.ts';
import { copyField } from './default-strategy.ts';
import { podQOSClass } from './pod-qos.ts';

export type Override = (main: Strategy) => Partial<Strategy>;

interface PodFields {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** By resource, as `pods`. */
export const coreStrategies: Record<string, Override> = {
  pods: (main) => ({
    prepareForCreate(obj) {
      obj.metadata.generation = 1;
      raiseGracePeriod(obj);
      const gated = structs(field(obj, 'spec'), 'schedulingGates').length > 0;
      obj.status = { phase: 'Pending', qosClass: podQOSClass(obj), ...(gated && { conditions: [gatedCondition(obj)] }) };
    },
    prepareForUpdate(obj, old, ctx) {
      raiseGracePeriod(obj);
      main.prepareForUpdate(obj, old, ctx);
    },
    // an unscheduled or finished Pod has no containers that would need time to end
    gracePeriodSeconds(obj, options) {
      const { spec, status } = obj as PodFields;
      if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
      const seconds = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0;
      return seconds < 0 ? 1 : seconds;
    },
  }),
  namespaces: () => ({
    keepsObject: keepsNamespace,
    prepareForCreate(obj) {
      obj.status = { phase: 'Active' };
      const spec = field(obj, 'spec');
      const finalizers = strings(spec, 'finalizers');
      obj.spec = { ...spec, finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
    },
    prepareForUpdate(obj, old) {
      const spec = { ...field(obj, 'spec') };
      copyField(spec, field(old, 'spec'), 'finalizers');
      obj.spec = spec;
      copyField(obj, old, 'status');
    },
  }),
  // a kubelet registers its node with the status that it has
  nodes: () => ({ prepareForCreate: () => undefined }),
  persistentvolumes: () => ({
    prepareForCreate(obj) {
      // the phase begins when the object does
      obj.status = { phase: 'Pending', lastPhaseTransitionTime: obj.metadata.creationTimestamp };
    },
  }),
  persistentvolumeclaims: () => ({
    prepareForCreate(obj) {
      obj.status = { phase: 'Pending' };
      normalizeDataSources(field(obj, 'spec'));
    },
  }),
  replicationcontrollers: () => ({ garbageCollection: 'orphan' }),
  events: () => ({ garbageCollection: 'unsupported', ttlSeconds: 3600 }),
  services: (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      obj.status = { loadBalancer: {} };
    },
  }),
};

/** An object's own part by name; {} where it is absent or not an object. */
function field(obj: KubeObject, name: string): Record<string, unknown> {
  const value = obj[name];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}


/** Upstream's conversion knows no negative period. */
function raiseGracePeriod(obj: KubeObject): void {
  const spec = field(obj, 'spec');
  const seconds = int(spec, 'terminationGracePeriodSeconds');
  if (seconds !== undefined && seconds < 0) obj.spec = { ...spec, terminationGracePeriodSeconds: 1 };
}

function gatedCondition({ metadata }: KubeObject): object {
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  return { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: null, reason: 'SchedulingGated', message, observedGeneration: metadata.generation };
}

/** The two fields that name a source say the same, where both can. */
function normalizeDataSources(spec: Record<string, unknown>): void {
  const [source, ref] = [spec.dataSource, spec.dataSourceRef];
  if (isFields(source) && ref === undefined) spec.dataSourceRef = { ...source };
  else if (isFields(ref) && source === undefined && !ref.namespace) spec.dataSource = { apiGroup: ref.apiGroup, kind: ref.kind, name: ref.name };
}
