/**
 * Rows of horizontal pod autoscalers: what each metric is and what it should be.
 *
 * Upstream: formatHPAMetrics of pkg/printers/internalversion/printers.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { autoscalingV1 } from '../conversion/autoscaling-v1.ts';
import { at, list, number, text } from './fields.ts';
import { type Cells, listWithMore, orElse } from './format.ts';

const percent = (obj: unknown, path: string, unset: string) => (at(obj, path) === undefined ? unset : `${number(obj, path)}%`);
const unknown = (value: string) => orElse(value, '<unknown>');

/** Of containers or of whole pods: an average, or a share of what they asked for. */
function resourceMetric(spec: unknown, status: unknown, field: string): string {
  const name = text(spec, `${field}.name`);
  const average = text(spec, `${field}.target.averageValue`);
  if (average !== '') return `${name}: ${unknown(text(status, `${field}.current.averageValue`))}/${average}`;
  const current = percent(status, `${field}.current.averageUtilization`, '<unknown>');
  return `${name}: ${current}/${percent(spec, `${field}.target.averageUtilization`, '<auto>')}`;
}

function valueMetric(spec: unknown, status: unknown, field: string): string {
  const average = text(spec, `${field}.target.averageValue`);
  if (average !== '') return `${unknown(text(status, `${field}.current.averageValue`))}/${average} (avg)`;
  return `${unknown(text(status, `${field}.current.value`))}/${text(spec, `${field}.target.value`)}`;
}

function formatMetric(spec: unknown, status: unknown): string {
  switch (text(spec, 'type')) {
    case 'External':
      return valueMetric(spec, status, 'external');
    case 'Object':
      return valueMetric(spec, status, 'object');
    case 'Pods':
      return `${unknown(text(status, 'pods.current.averageValue'))}/${text(spec, 'pods.target.averageValue')}`;
    case 'Resource':
      return resourceMetric(spec, status, 'resource');
    case 'ContainerResource':
      return resourceMetric(spec, status, 'containerResource');
    default:
      return '<unknown type>';
  }
}

/** Version 1 has all metrics but one in annotations. */
function metrics(obj: KubeObject): string[] {
  const hpa = obj.apiVersion === 'autoscaling/v1' ? autoscalingV1.toStorage(obj) : obj;
  const current = list(hpa, 'status.currentMetrics');
  return list(hpa, 'spec.metrics').map((spec, i) => formatMetric(spec, current[i]));
}

export const autoscalingCells: Record<string, Cells> = {
  'horizontalpodautoscalers.autoscaling': (obj, { name, age }) => [
    name,
    `${text(obj, 'spec.scaleTargetRef.kind')}/${text(obj, 'spec.scaleTargetRef.name')}`,
    listWithMore(metrics(obj), 2, '<none>', ', '),
    orElse(text(obj, 'spec.minReplicas'), '<unset>'),
    number(obj, 'spec.maxReplicas'),
    number(obj, 'status.currentReplicas'),
    age,
  ],
};
