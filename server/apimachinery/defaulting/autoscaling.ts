/**
 * Defaults of the autoscaling group, versions 1 and 2.
 *
 * Upstream: pkg/apis/autoscaling/v1/defaults.go, pkg/apis/autoscaling/v2/defaults.go.
 */
import { ensureStruct, isFields, setUnset, struct, structs } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

const cpuUtilization = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };

const scaleUp = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }],
};
const scaleDown = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

function horizontalPodAutoscaler(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  setUnset(spec, { minReplicas: 1 });
  if (structs(spec, 'metrics').length === 0) spec['metrics'] = [structuredClone(cpuUtilization)];
  const { behavior } = spec;
  if (!isFields(behavior)) return;
  behavior['scaleUp'] = { ...structuredClone(scaleUp), ...struct(behavior, 'scaleUp') };
  behavior['scaleDown'] = { ...structuredClone(scaleDown), ...struct(behavior, 'scaleDown') };
}

export const autoscaling: Record<'v1' | 'v2', Record<string, DefaultFunc>> = {
  v1: { HorizontalPodAutoscaler: (obj) => setUnset(ensureStruct(obj, 'spec'), { minReplicas: 1 }) },
  v2: { HorizontalPodAutoscaler: horizontalPodAutoscaler },
};
