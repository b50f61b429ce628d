/**
 * Strategies of the legacy group's kinds that differ from the default.
 *
 * Upstream: pkg/registry/core/{pod,namespace,persistentvolume,persistentvolumeclaim,secret,event}/strategy.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { keepsNamespace } from '../namespace.ts';
import type { Strategy } from '../strategy.ts';
import { copyField } from './default-strategy.ts';
import { podQOSClass } from './pod-qos.ts';

type Override = (main: Strategy) => Partial<Strategy>;

interface PodFields {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** By resource, as `pods`. */
export const coreStrategies: Record<string, Override> = {
  pods: () => ({
    prepareForCreate(obj) {
      obj.metadata.generation = 1;
      obj.status = { phase: 'Pending', qosClass: podQOSClass(obj) };
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
      const finalizers = Array.isArray(spec.finalizers) ? spec.finalizers : [];
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
      obj.status = { phase: 'Pending' };
    },
  }),
  persistentvolumeclaims: () => ({
    prepareForCreate(obj) {
      obj.status = { phase: 'Pending' };
    },
  }),
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

