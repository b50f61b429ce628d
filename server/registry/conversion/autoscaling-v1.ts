/**
 * autoscaling/v1 HorizontalPodAutoscaler as autoscaling/v2: the CPU's utilization is a field, all else an annotation.
 *
 * Upstream: pkg/apis/autoscaling/v1/conversion.go, pkg/apis/autoscaling/annotations.go.
 */
import type { Fields } from '../../apimachinery/access.ts';
import { int, isFields, struct, structs, text } from '../../apimachinery/access.ts';
import { marshalJSON } from '../../apimachinery/quote.ts';
import type { ObjectMeta } from '../../apimachinery/types.ts';
import { metricToV1, metricToV2, present } from './autoscaling-v1-metrics.ts';
import type { Conversion } from './conversion.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const ROUND_TRIP = ['metrics', 'behavior', 'scale-down-tolerance', 'scale-up-tolerance', 'current-metrics', 'conditions'].map((name) => PREFIX + name);
const DEFAULT_CPU_UTILIZATION = 80;

const cpu = (averageUtilization: number) => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } });
const utilizationOf = (metric: Fields, side: string) =>
  text(metric, 'type') === 'Resource' && text(struct(metric, 'resource'), 'name') === 'cpu' ? int(struct(struct(metric, 'resource'), side), 'averageUtilization') : undefined;

export const autoscalingV1: Conversion = {
  storage: { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' },
  field: (name) => name,
  validatedAsServed: false,

  fromStorage(hpa) {
    const { metrics: _metrics, behavior, ...spec } = struct(hpa, 'spec');
    const { currentMetrics: _currentMetrics, conditions: _conditions, ...status } = struct(hpa, 'status');
    const metrics = structs(struct(hpa, 'spec'), 'metrics');
    const currentMetrics = structs(struct(hpa, 'status'), 'currentMetrics');
    const conditions = structs(struct(hpa, 'status'), 'conditions');
    const others = metrics.filter((m) => utilizationOf(m, 'target') === undefined);
    const [target] = metrics.flatMap((m) => utilizationOf(m, 'target') ?? []);
    const current = currentMetrics.flatMap((m) => utilizationOf(m, 'current') ?? []).at(-1);
    const annotations = {
      ...(others.length > 0 && { [`${PREFIX}metrics`]: marshalJSON(others.map((m) => metricToV1(m, 'target'))) }),
      ...(currentMetrics.length > 0 && { [`${PREFIX}current-metrics`]: marshalJSON(currentMetrics.map((m) => metricToV1(m, 'current'))) }),
      ...(isFields(behavior) && { [`${PREFIX}behavior`]: marshalJSON(behaviorToGo(behavior)) }),
      ...(conditions.length > 0 && { [`${PREFIX}conditions`]: marshalJSON(conditions) }),
    };
    return {
      ...hpa,
      apiVersion: 'autoscaling/v1',
      metadata: withAnnotations(hpa.metadata, annotations),
      spec: { ...spec, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
      // v1 writes a count of zero, v2 does not
      status: { currentReplicas: 0, ...status, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
    };
  },

  toStorage(hpa) {
    const { targetCPUUtilizationPercentage: target, ...spec } = struct(hpa, 'spec');
    const { currentCPUUtilizationPercentage: current, currentReplicas, ...status } = struct(hpa, 'status');
    const kept = (name: string) => parsed(hpa.metadata.annotations?.[PREFIX + name]);
    const list = (name: string) => structs({ list: kept(name) }, 'list');
    const metrics = [...list('metrics').map((m) => metricToV2(m, 'target')), ...(typeof target === 'number' ? [cpu(target)] : [])];
    const behavior = kept('behavior');
    const seen = list('current-metrics').map((m) => metricToV2(m, 'current'));
    const currentMetrics = seen.length > 0 || typeof current !== 'number' ? seen : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }];
    const conditions = list('conditions');
    return {
      ...hpa,
      apiVersion: 'autoscaling/v2',
      metadata: withAnnotations(hpa.metadata, {}),
      spec: { ...spec, metrics: metrics.length > 0 ? metrics : [cpu(DEFAULT_CPU_UTILIZATION)], ...(isFields(behavior) && { behavior: behaviorFromGo(behavior) }) },
      status: { ...(currentReplicas ? { currentReplicas } : {}), ...status, ...(currentMetrics.length > 0 && { currentMetrics }), ...(conditions.length > 0 && { conditions }) },
    };
  },
};

/** Only the annotations that the conversion makes are those of a conversion. */
function withAnnotations({ annotations, ...metadata }: ObjectMeta, added: Record<string, string>): ObjectMeta {
  const own = Object.entries(annotations ?? {}).filter(([name]) => !ROUND_TRIP.includes(name));
  const all = { ...Object.fromEntries(own), ...added };
  return { ...metadata, ...(Object.keys(all).length > 0 && { annotations: all }) };
}

/** An annotation that is no JSON is none of ours. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Upstream writes its internal type, whose fields have Go's names and are null where they are unset. */
function behaviorToGo(behavior: Fields): Fields {
  const rules = (value: unknown) =>
    isFields(value)
      ? {
          StabilizationWindowSeconds: value['stabilizationWindowSeconds'] ?? null,
          SelectPolicy: value['selectPolicy'] ?? null,
          Policies: Array.isArray(value['policies']) ? structs(value, 'policies').map((p) => ({ Type: p['type'], Value: p['value'], PeriodSeconds: p['periodSeconds'] })) : null,
          Tolerance: value['tolerance'] ?? null,
        }
      : null;
  return { ScaleUp: rules(behavior['scaleUp']), ScaleDown: rules(behavior['scaleDown']) };
}

function behaviorFromGo(value: Fields): Fields {
  const lower = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(lower);
    if (!isFields(v)) return v ?? undefined;
    return present(Object.fromEntries(Object.entries(v).map(([name, inner]) => [name.charAt(0).toLowerCase() + name.slice(1), lower(inner)])));
  };
  const made = lower(value);
  return isFields(made) ? made : {};
}
