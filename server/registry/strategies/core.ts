/**
 * Strategies of the legacy group's kinds that differ from the default.
 *
 * Upstream: pkg/registry/core/{namespace,node,persistentvolume,persistentvolumeclaim,secret,service,serviceaccount,limitrange,event}/strategy.go,
 * pkg/api/persistentvolumeclaim/util.go.
 */
import { isFields, strings, struct, structs, text } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { keepsNamespace } from '../namespace.ts';
import { copyField } from './default-strategy.ts';
import { afterwards } from './override.ts';
import type { Override } from './override.ts';
import { pods, withTemplate } from './pods.ts';

/** By resource, as `pods`. */
export const coreStrategies: Record<string, Override> = {
  pods,
  podtemplates: withTemplate(['template', 'spec']),
  replicationcontrollers: withTemplate(['spec', 'template', 'spec'], () => ({ garbageCollection: 'orphan' })),
  namespaces: () => ({
    keepsObject: keepsNamespace,
    prepareForCreate(obj) {
      obj.status = { phase: 'Active' };
      const spec = struct(obj, 'spec');
      const finalizers = strings(spec, 'finalizers');
      obj.spec = { ...spec, finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
    },
    prepareForUpdate(obj, old) {
      const spec = { ...struct(obj, 'spec') };
      copyField(spec, struct(old, 'spec'), 'finalizers');
      obj.spec = spec;
      copyField(obj, old, 'status');
    },
  }),
  nodes: (main) => ({
    // a kubelet registers its node with the status that it has
    prepareForCreate: dropConfigSource,
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      dropConfigSource(obj);
    },
  }),
  persistentvolumes: (_main, clock) => ({
    prepareForCreate(obj) {
      // the phase begins when the object does
      obj.status = { phase: 'Pending', lastPhaseTransitionTime: obj.metadata.creationTimestamp };
    },
    prepareSubresource: (_subresource, obj, old) => movePhaseTime(obj, old, formatTime(clock.now())),
  }),
  persistentvolumeclaims: (main) => ({
    prepareForCreate(obj) {
      // the phase is a default: it is there when the claim is read
      obj.status = {};
      obj.spec = normalizeDataSources(struct(obj, 'spec'), {});
    },
    prepareForUpdate(obj, old, ctx) {
      obj.spec = normalizeDataSources(struct(obj, 'spec'), struct(old, 'spec'));
      main.prepareForUpdate(obj, old, ctx);
    },
  }),
  limitranges: () => ({
    prepareForCreate(obj) {
      obj.metadata.name ||= crypto.randomUUID();
    },
  }),
  secrets: (main) => ({
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      obj.type ||= old.type;
    },
  }),
  serviceaccounts: afterwards(keepNamesOfSecrets),
  events: () => ({ garbageCollection: 'unsupported', ttlSeconds: 3600 }),
  services: (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      obj.status = { loadBalancer: {} };
    },
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      if (struct(obj, 'spec').type !== 'LoadBalancer') obj.status = { ...struct(obj, 'status'), loadBalancer: {} };
    },
  }),
};

function dropConfigSource(obj: KubeObject): void {
  const { configSource, ...spec } = struct(obj, 'spec');
  if (configSource !== undefined) obj.spec = spec;
}

function keepNamesOfSecrets(obj: KubeObject): void {
  const secrets = structs(obj, 'secrets');
  if (secrets.length > 0) obj.secrets = secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

/** Since when a volume is in its phase. */
function movePhaseTime(obj: KubeObject, old: KubeObject, now: string): void {
  const [status, before] = [struct(obj, 'status'), struct(old, 'status')];
  const [time, earlier] = [status.lastPhaseTransitionTime, before.lastPhaseTransitionTime];
  const same = status.phase === before.phase;
  if (same && time === undefined && earlier !== undefined) obj.status = { ...status, lastPhaseTransitionTime: earlier };
  if (!same && (time === undefined || time === earlier)) obj.status = { ...status, lastPhaseTransitionTime: now };
}

const isClaimOrSnapshot = (source: Record<string, unknown>) =>
  (source.kind === 'PersistentVolumeClaim' && text(source, 'apiGroup') === '') || (source.kind === 'VolumeSnapshot' && source.apiGroup === 'snapshot.storage.k8s.io');

/** The two fields that name a source say the same, where both can; the older one knows claims and snapshots alone. */
function normalizeDataSources({ ...spec }: Record<string, unknown>, old: Record<string, unknown>): Record<string, unknown> {
  const inUse = isFields(old.dataSource) || isFields(old.dataSourceRef);
  if (isFields(spec.dataSourceRef) && spec.dataSourceRef.namespace && !isFields(old.dataSourceRef)) delete spec.dataSourceRef;
  if (isFields(spec.dataSource) && !inUse && spec.dataSourceRef === undefined && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
  const { dataSource: source, dataSourceRef: ref } = spec;
  if (isFields(source) && ref === undefined) spec.dataSourceRef = { ...source };
  else if (isFields(ref) && source === undefined && !ref.namespace) spec.dataSource = { ...(ref.apiGroup !== undefined && { apiGroup: ref.apiGroup }), kind: ref.kind, name: ref.name };
  return spec;
}
