/**
 * Metrics of a HorizontalPodAutoscaler between autoscaling/v2, which groups them, and autoscaling/v1, which keeps them
 * flat (in annotations). Fields stand in the order of Go's types, since the annotation holds their JSON.
 *
 * Upstream: pkg/apis/autoscaling/v1/conversion.go.
 */
import type { Fields } from '../../apimachinery/access.ts';
import { struct, text } from '../../apimachinery/access.ts';

/** How a type of metric is called as a field: `Resource` is `resource`. */
const fieldOf = (type: string) => `${type.charAt(0).toLowerCase()}${type.slice(1)}`;

/** One metric of v2 as v1 has it; `side` says whether it is what is wanted or what was seen. */
export function metricToV1(metric: Fields, side: 'target' | 'current'): Fields {
  const type = text(metric, 'type');
  const source = struct(metric, fieldOf(type));
  const { value, averageValue, averageUtilization } = struct(source, side);
  const { name: metricName, selector } = struct(source, 'metric');
  const named = (field: string) => `${side}${field}`;
  const must = (quantity: unknown) => quantity ?? '0';
  const may = side === 'target' ? (quantity: unknown) => quantity : must;
  const { kind, name, apiVersion } = struct(source, 'describedObject');
  const flat: Record<string, Fields> = {
    Object: { target: { kind, name, apiVersion }, metricName, [named('Value')]: must(value), selector, averageValue },
    Pods: { metricName, [named('AverageValue')]: must(averageValue), selector },
    Resource: { name: source['name'], [named('AverageUtilization')]: averageUtilization, [named('AverageValue')]: may(averageValue) },
    ContainerResource: { name: source['name'], [named('AverageUtilization')]: averageUtilization, [named('AverageValue')]: may(averageValue), container: source['container'] },
    External: { metricName, metricSelector: selector, [named('Value')]: may(value), [named('AverageValue')]: averageValue },
  };
  return { type, [fieldOf(type)]: present(flat[type] ?? {}) };
}

export function metricToV2(metric: Fields, side: 'target' | 'current'): Fields {
  const type = text(metric, 'type');
  const { [`${side}Value`]: value, [`${side}AverageValue`]: average, [`${side}AverageUtilization`]: averageUtilization, ...flat } = struct(metric, fieldOf(type));
  const averageValue = average ?? flat['averageValue'];
  // an average says all there is to say; v1 has to write a value beside it
  const given = type === 'Object' && side === 'target' && averageValue !== undefined && value === '0' ? undefined : value;
  const amounts = present({ ...(side === 'target' && { type: targetType(type, { value, averageValue, averageUtilization }) }), value: given, averageValue, averageUtilization });
  const described = flat['target'] === undefined ? {} : { describedObject: flat['target'] };
  const of = type === 'Resource' || type === 'ContainerResource' ? present({ name: flat['name'], container: flat['container'] }) : { metric: present({ name: flat['metricName'], selector: flat['selector'] ?? flat['metricSelector'] }) };
  return { type, [fieldOf(type)]: { ...described, ...of, [side]: amounts } };
}

function targetType(type: string, { value, averageValue, averageUtilization }: Fields): string {
  if (type === 'Resource' || type === 'ContainerResource') return averageUtilization === undefined ? 'AverageValue' : 'Utilization';
  if (type === 'External') return value === undefined ? 'AverageValue' : 'Value';
  return type === 'Object' && averageValue === undefined ? 'Value' : 'AverageValue';
}

/** Without what is not there. */
export function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
