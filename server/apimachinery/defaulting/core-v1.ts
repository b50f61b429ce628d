/**
 * Defaults of the core group, without what makes up a Pod (pod-v1.ts).
 *
 * Upstream: pkg/apis/core/v1/defaults.go.
 */
import { ensureStruct, int, isEmpty, setNil, setUnset, struct, structs, text } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

function service(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  setUnset(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  if (spec['sessionAffinity'] === 'ClientIP' && int(struct(struct(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds') === undefined) {
    spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: 10800 } };
  }
  for (const port of structs(spec, 'ports')) {
    setUnset(port, { protocol: 'TCP' });
    if (!port['targetPort']) port['targetPort'] = port['port'];
  }
  const type = text(spec, 'type');
  const external = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && Array.isArray(spec['externalIPs']));
  if (external) setUnset(spec, { externalTrafficPolicy: 'Cluster' });
  if (type !== 'ExternalName') setNil(spec, { internalTrafficPolicy: 'Cluster' });
  if (type === 'LoadBalancer') {
    setUnset(spec, { allocateLoadBalancerNodePorts: true });
    for (const ingress of structs(struct(struct(obj, 'status'), 'loadBalancer'), 'ingress')) {
      if (text(ingress, 'ip')) setUnset(ingress, { ipMode: 'VIP' });
    }
  }
}

function namespace(obj: Fields): void {
  const metadata = ensureStruct(obj, 'metadata');
  const name = text(metadata, 'name');
  if (name) ensureStruct(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
}

function replicationController(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  const labels = struct(struct(spec, 'template'), 'metadata')['labels'];
  if (!labels) return;
  if (isEmpty(spec, 'selector')) spec['selector'] = structuredClone(labels);
  const metadata = ensureStruct(obj, 'metadata');
  if (isEmpty(metadata, 'labels')) metadata['labels'] = structuredClone(labels);
}

/** A container's limits follow the maximum, its requests the limits, else the minimum. */
function limitRangeItem(obj: Fields): void {
  if (obj['type'] !== 'Container') return;
  const defaults = { ...struct(obj, 'max'), ...struct(obj, 'default') };
  const requests = { ...struct(obj, 'min'), ...defaults, ...struct(obj, 'defaultRequest') };
  if (Object.keys(defaults).length > 0) obj['default'] = defaults;
  if (Object.keys(requests).length > 0) obj['defaultRequest'] = requests;
}

export const coreV1: Record<string, DefaultFunc> = {
  Service: service,
  Namespace: namespace,
  NamespaceStatus: (obj) => setUnset(obj, { phase: 'Active' }),
  ReplicationController: replicationController,
  LimitRangeItem: limitRangeItem,
  Secret: (obj) => setUnset(obj, { type: 'Opaque' }),
  EndpointPort: (obj) => setUnset(obj, { protocol: 'TCP' }),
  PersistentVolume: (obj) => {
    setUnset(ensureStruct(obj, 'status'), { phase: 'Pending' });
    const spec = ensureStruct(obj, 'spec');
    setUnset(spec, { persistentVolumeReclaimPolicy: 'Retain' });
    setNil(spec, { volumeMode: 'Filesystem' });
  },
  PersistentVolumeClaim: (obj) => setUnset(ensureStruct(obj, 'status'), { phase: 'Pending' }),
  PersistentVolumeClaimSpec: (obj) => setNil(obj, { volumeMode: 'Filesystem' }),
  NodeStatus: (obj) => {
    if (!obj['allocatable'] && obj['capacity']) obj['allocatable'] = structuredClone(obj['capacity']);
  },
};
