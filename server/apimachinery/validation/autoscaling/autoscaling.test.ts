import { describe, expect, it } from 'vitest';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, update, subresource } = newChecks('autoscaling/v2');
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const hpa = (spec: object): Rest => ({ spec: { maxReplicas: 3, scaleTargetRef, ...spec } });
const metric = (metric: object) => hpa({ metrics: [metric] });
const rules = (scaleUp: object) => hpa({ behavior: { scaleUp } });
const types = 'supported values: "ContainerResource", "External", "Object", "Pods", "Resource"';

describe('a HorizontalPodAutoscaler', () => {
  it.each<[Rest, string[]]>([
    [hpa({}), []],
    [hpa({ minReplicas: 0, maxReplicas: 0 }), [
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1', 'spec.maxReplicas: Required value: must be set and greater than 0',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ]],
    [hpa({ scaleTargetRef: { kind: 'a/b', name: '' } }), ["spec.scaleTargetRef.kind: Invalid value: \"a/b\": may not contain '/'", 'spec.scaleTargetRef.name: Required value', 'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group']],
    [hpa({ scaleTargetRef: { apiVersion: 'v1', kind: 'ReplicationController', name: 'r' } }), []],
    [metric({}), [
      'spec.metrics[0].type: Required value: must specify a metric source type', `spec.metrics[0].type: Unsupported value: "": ${types}`, `spec.metrics[0].type: Unsupported value: "": ${types}`,
    ]],
    [metric({ type: 'Resource' }), ['spec.metrics[0].resource: Required value: must populate information for the given metric source']],
    [metric({ type: 'Resource', resource: { name: '', target: { type: 'Odd', averageValue: '0', averageUtilization: 0 } } }), [
      'spec.metrics[0].resource.name: Required value: must specify a resource name', 'spec.metrics[0].resource.target.type: Invalid value: "Odd": must be either Utilization, Value, or AverageValue', 'spec.metrics[0].resource.target.averageValue: Invalid value: "0": must be positive',
      'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0', 'spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
    ]],
    [metric({ type: 'Pods', pods: { metric: { name: '' }, target: { type: 'AverageValue' } } }), ['spec.metrics[0].pods.metric.name: Required value: must specify a metric name', 'spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue']],
    [metric({ type: 'Object', object: { describedObject: { apiVersion: 'a/b/c', kind: 'K', name: 'n' }, metric: { name: 'm' }, target: { type: 'Value' } } }), [
      'spec.metrics[0].object.describedObject.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c', 'spec.metrics[0].object.target.averageValue: Required value: must set either a target value or averageValue',
    ]],
    [metric({ type: 'External', external: { metric: { name: 'm' }, target: { type: 'Value', value: '1', averageValue: '1' } } }), ['spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target']],
    [metric({ type: 'ContainerResource', containerResource: { name: 'odd', container: 'A', target: { type: 'Utilization' } } }), [
      'spec.metrics[0].containerResource.name: Invalid value: "odd": must be a standard resource type or fully qualified', 'spec.metrics[0].containerResource.name: Invalid value: "odd": must be a standard resource for containers',
      expect.stringMatching(/^spec\.metrics\[0\]\.containerResource\.container: Invalid value: "A"/), 'spec.metrics[0].containerResource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
    ]],
    [rules({ stabilizationWindowSeconds: 3601, selectPolicy: 'Odd', tolerance: '-1', policies: [{ type: 'Odd', value: 0, periodSeconds: 1801 }] }), [
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600', 'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Odd": supported values: "Disabled", "Max", "Min"',
      'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Odd": supported values: "Percent", "Pods"', 'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
      'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800', 'spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0',
    ]],
  ])('%j', (rest, expected) => {
    expect(create('HorizontalPodAutoscaler', 'default/h', rest)).toEqual(expected);
  });

  it('may go on with a target that it had', () => {
    const old = hpa({ scaleTargetRef: { kind: 'Deployment', name: 'd' } });
    expect(update('HorizontalPodAutoscaler', 'default/h', old, hpa({ scaleTargetRef: { kind: 'Deployment', name: 'e' } }))).toEqual([]);
    expect(update('HorizontalPodAutoscaler', 'default/h', hpa({}), old)).toEqual(['spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group']);
  });

  it('counts no less than nothing', () => {
    expect(subresource('status', 'HorizontalPodAutoscaler', 'default/h', hpa({}), { ...hpa({}), status: { currentReplicas: -1, desiredReplicas: -2 } })).toEqual([
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0', 'status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0',
    ]);
  });
});
