import { describe, expect, it } from 'vitest';
import { newScheme } from '../scheme.ts';
import { decodeTyped } from '../serializer/typed/decode.ts';
import { GoTypes } from '../serializer/typed/go-types.ts';
import type { KubeObject } from '../types.ts';
import { parseGroupVersion } from '../types.ts';
import { newDefaulter } from './defaulter.ts';
import { imagePullPolicy } from './pod-v1.ts';

const scheme = newScheme();
const types = new GoTypes(scheme);
const setDefaults = newDefaulter(scheme);

/** As a body arrives: decoded, then defaulted; a second time changes nothing. */
function defaulted(apiVersion: string, kind: string, rest: Record<string, unknown>): KubeObject {
  const written: KubeObject = { apiVersion, kind, metadata: { name: 'x' }, ...structuredClone(rest) };
  const type = types.forKind({ ...parseGroupVersion(apiVersion)!, kind });
  const obj: KubeObject = type ? { apiVersion, kind, metadata: {}, ...decodeTyped(type, written, { strict: false }).value } : written;
  setDefaults(obj);
  const again = structuredClone(obj);
  setDefaults(again);
  expect(again).toEqual(obj);
  return obj;
}

const container = { imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {} };
const podSpec = { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', securityContext: {}, terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler' };

describe('the defaulter', () => {
  it('completes a pod', () => {
    const pod = defaulted('v1', 'Pod', { spec: { containers: [{ name: 'a', image: 'nginx', ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } }] } });
    expect(pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: {
        ...podSpec,
        enableServiceLinks: true,
        containers: [{
          ...container,
          name: 'a',
          image: 'nginx',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          livenessProbe: { httpGet: { port: 80, path: '/', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
        }],
      },
      status: {},
    });
  });

  it('requests in a pod what is limited, and writes amounts in their one way', () => {
    const { spec } = defaulted('v1', 'Pod', { spec: { containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: 0.5 } } }] } });
    expect(spec).toMatchObject({ containers: [{ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } } }] });
  });

  it('keeps thousandths of resources at most', () => {
    const { spec } = defaulted('v1', 'PersistentVolumeClaim', { spec: { resources: { requests: { storage: '1.0001' } } } });
    expect(spec).toMatchObject({ resources: { requests: { storage: '1001m' } } });
  });

  it('requests for a whole pod what its containers request', () => {
    const { spec } = defaulted('v1', 'Pod', {
      spec: {
        resources: { limits: { cpu: '4', memory: '1Gi' } },
        initContainers: [{ name: 'i', resources: { requests: { cpu: '3' } } }],
        containers: [{ name: 'a', resources: { requests: { cpu: '1' } } }, { name: 'b', resources: { requests: { cpu: '500m' } } }],
      },
    });
    expect(spec).toMatchObject({ resources: { requests: { cpu: '3', memory: '1Gi' } } });
  });

  it('defaults the template of a deployment without what only pods get', () => {
    const { spec } = defaulted('apps/v1', 'Deployment', { spec: { selector: {}, template: { spec: { containers: [{ name: 'a', image: 'a:1' }] } } } });
    expect(spec).toEqual({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      selector: {},
      template: { metadata: {}, spec: { ...podSpec, containers: [{ ...container, imagePullPolicy: 'IfNotPresent', name: 'a', image: 'a:1' }] } },
    });
  });

  it.each<[string, string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['targets the port that a service exposes', 'v1', 'Service', { spec: { ports: [{ port: 80 }] } }, { spec: { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] }, status: { loadBalancer: {} } }],
    ['gives a node port its external traffic policy', 'v1', 'Service', { spec: { type: 'NodePort' } }, { spec: { externalTrafficPolicy: 'Cluster' } }],
    ['labels a namespace with its name', 'v1', 'Namespace', {}, { metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } }, status: { phase: 'Active' } }],
    ['moves the string data of a secret into its data', 'v1', 'Secret', { data: { a: 'YQ==' }, stringData: { a: 'ä' } }, { type: 'Opaque', data: { a: 'w6Q=' } }],
    ['never keeps zero where Go cannot tell it from unset', 'v1', 'Pod', { spec: { hostNetwork: false, nodeName: '', priority: 0, volumes: [], containers: [] } }, { spec: { priority: 0, containers: [] } }],
    ['writes null for required lists without items', 'rbac.authorization.k8s.io/v1', 'Role', {}, { rules: null }],
    ['writes null for the times of an event', 'v1', 'Event', { involvedObject: {} }, { eventTime: null, firstTimestamp: null, lastTimestamp: null, reportingComponent: '', source: {} }],
    ['fills in the groups of a role binding', 'rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'ServiceAccount', name: 's' }] }, { roleRef: { apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount' }] }],
    ['makes an empty volume of one without a source', 'v1', 'Pod', { spec: { volumes: [{ name: 'v' }, { name: 'c', configMap: { name: 'c' } }] } }, { spec: { volumes: [{ emptyDir: {} }, { configMap: { defaultMode: 420 } }] } }],
    ['makes both old and new name of a service account agree', 'v1', 'Pod', { spec: { serviceAccount: 's' } }, { spec: { serviceAccountName: 's', serviceAccount: 's' } }],
    ['defaults a claim inside a stateful set', 'apps/v1', 'StatefulSet', { spec: { volumeClaimTemplates: [{ metadata: { name: 'c' } }] } }, { spec: { podManagementPolicy: 'OrderedReady', serviceName: '', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, volumeClaimTemplates: [{ kind: 'PersistentVolumeClaim', spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } }] } }],
    ['runs a job once', 'batch/v1', 'Job', { spec: { template: { metadata: { labels: { a: 'b' } } } } }, { metadata: { labels: { a: 'b' } }, spec: { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, podReplacementPolicy: 'TerminatingOrFailed' } }],
    ['sets what a schema says', 'v1', 'ReplicationController', {}, { spec: { replicas: 1 } }],
    ['derives the types of a network policy', 'networking.k8s.io/v1', 'NetworkPolicy', { spec: { egress: [{ ports: [{ port: 53 }] }] } }, { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }] } }],
    ['scales on CPU', 'autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { behavior: { scaleUp: { selectPolicy: 'Min' } } } }, { spec: { minReplicas: 1, metrics: [{ resource: { name: 'cpu' } }], behavior: { scaleUp: { selectPolicy: 'Min', stabilizationWindowSeconds: 0 }, scaleDown: { selectPolicy: 'Max' } } } }],
    ['limits containers by their maximum', 'v1', 'LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } }] } }, { spec: { limits: [{ default: { cpu: '2' }, defaultRequest: { cpu: '2', memory: '1Mi' } }] } }],
    ['writes times in UTC', 'coordination.k8s.io/v1', 'Lease', { spec: { renewTime: '2024-01-01T02:00:00.500000+02:00' } }, { spec: { renewTime: '2024-01-01T00:00:00.500000Z' } }],
    ['names a custom resource', 'apiextensions.k8s.io/v1', 'CustomResourceDefinition', { spec: { names: { kind: 'Foo', plural: 'foos' } } }, { spec: { names: { singular: 'foo', listKind: 'FooList' }, conversion: { strategy: 'None' } } }],
    ['leaves an empty mode of a job', 'batch/v1', 'Job', { spec: { completionMode: '', podReplacementPolicy: '' } }, { spec: { completionMode: '', podReplacementPolicy: '' } }],
    ['leaves an empty mode of a volume', 'v1', 'PersistentVolume', { spec: { volumeMode: '' } }, { spec: { volumeMode: '', persistentVolumeReclaimPolicy: 'Retain' } }],
    ['leaves an empty policy of a service', 'v1', 'Service', { spec: { internalTrafficPolicy: '' } }, { spec: { internalTrafficPolicy: '' } }],
    ['leaves an empty bound of a deployment', 'apps/v1', 'Deployment', { spec: { strategy: { rollingUpdate: { maxSurge: '' } } } }, { spec: { strategy: { rollingUpdate: { maxSurge: '', maxUnavailable: '25%' } } } }],
    ['derives the types of a network policy that lists none', 'networking.k8s.io/v1', 'NetworkPolicy', { spec: { policyTypes: [] } }, { spec: { policyTypes: ['Ingress'] } }],
    ['leaves what is empty where Go can tell it from unset', 'storage.k8s.io/v1', 'StorageClass', { reclaimPolicy: '' }, { reclaimPolicy: '', volumeBindingMode: 'Immediate' }],
    ['leaves the fields of an unknown kind alone', 'example.com/v1', 'Foo', { spec: { a: null } }, { spec: { a: null } }],
  ])('%s', (_title, apiVersion, kind, rest, expected) => {
    expect(defaulted(apiVersion, kind, rest)).toMatchObject(expected);
  });

  it('leaves out what is unset', () => {
    const { spec } = defaulted('v1', 'Pod', { spec: { hostNetwork: false, nodeName: '', volumes: [], nodeSelector: {}, affinity: null, containers: [] } });
    expect(spec).toEqual({ ...podSpec, enableServiceLinks: true, containers: [] });
  });

  it.each([
    ['nginx', 'Always'], ['nginx:latest', 'Always'], ['nginx:1', 'IfNotPresent'], ['reg:5000/a/b', 'Always'], ['reg:5000/a/b:2', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'], ['', 'IfNotPresent'], ['Not An Image', 'IfNotPresent'],
  ])('pulls %j %s', (image, policy) => {
    expect(imagePullPolicy(image)).toBe(policy);
  });
});
