/** An object of each kind that the conformance cases do not write; what it holds is as little as the kind takes. */
import type { JSONObject } from './values.ts';

const container = { name: 'a', image: 'a' };
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } };
const webhooks = [{ name: 'a.example.com', clientConfig: { url: 'https://127.0.0.1:1/' }, sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Ignore', rules: [] }];
const matchConstraints = { resourceRules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }] };
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'anchor' };
/** Signed by a key that nobody has kept. */
const request =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIRk1HNENBUUF3RERFS01BZ0dBMVVFQXd3QllUQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCRVc1QXp0UkRIcktRL0p4UXNhbHNhcDJKTWttVkdreE9LTWlDRkYzajVXZEVBbExkMVdzV1Z1SC9OK0RZTTdJCm5QUSt2cHcvbmptZUorUTArT3BhemRDZ0FEQUtCZ2dxaGtqT1BRUURBZ05IQURCRUFpQnhzWVNPdm1ZR1FmM0kKa3JJNTk5SmUycWpVUFpNNXBOSDhoUzRSVjBGQ29nSWdTS3VVWnlHMXEwV0JOMHBJVHV1dU4vQnBmZXMxajBBOQpjd1hLbHFvM212bz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';
const deviceRequest = { requests: [{ name: 'a', exactly: { deviceClassName: 'a' } }] };

/** By apiVersion and kind; metadata is `{name: anchor}` unless it says otherwise. */
const examples: Record<string, Record<string, JSONObject>> = {
  v1: {
    ReplicationController: { spec: { replicas: 1, selector: { a: 'b' }, template } },
    PodTemplate: { template },
    LimitRange: { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
    ResourceQuota: { spec: { hard: { 'count/things.example.com': '1' } } },
  },
  'apps/v1': { ControllerRevision: { revision: 1, data: { a: 1, b: [{ c: null }] } } },
  'apiregistration.k8s.io/v1': {
    APIService: { metadata: { name: 'v1.anchor.example.com' }, spec: { group: 'anchor.example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 100, service: { namespace: 'fuzz', name: 'anchor' }, insecureSkipTLSVerify: true } },
  },
  'events.k8s.io/v1': {
    Event: { eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'a.b/c', reportingInstance: 'a', action: 'a', reason: 'a', type: 'Normal', regarding: { namespace: 'fuzz', name: 'a', kind: 'Pod' } },
  },
  'authentication.k8s.io/v1': { SelfSubjectReview: {}, TokenReview: { spec: { token: 'a' } }, TokenRequest: { spec: { audiences: ['a'] } } },
  'autoscaling/v1': { HorizontalPodAutoscaler: { spec: { maxReplicas: 3, scaleTargetRef, targetCPUUtilizationPercentage: 50 } } },
  'autoscaling/v2': {
    HorizontalPodAutoscaler: {
      spec: {
        maxReplicas: 3,
        scaleTargetRef,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
          { type: 'Pods', pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1k' } } },
        ],
        behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
      },
    },
  },
  'networking.k8s.io/v1': {
    IngressClass: { spec: { controller: 'example.com/a' } },
    IPAddress: { metadata: { name: '192.168.1.1' }, spec: { parentRef: { resource: 'services', namespace: 'fuzz', name: 'anchor' } } },
    ServiceCIDR: { spec: { cidrs: ['10.96.0.0/24'] } },
  },
  'storage.k8s.io/v1': {
    CSIDriver: { spec: { attachRequired: true } },
    CSINode: { spec: { drivers: [{ name: 'a.example.com', nodeID: 'a', topologyKeys: ['a'] }] } },
    CSIStorageCapacity: { storageClassName: 'a', capacity: '1Gi', nodeTopology: { matchLabels: { a: 'b' } } },
    StorageClass: { provisioner: 'example.com/a' },
    VolumeAttachment: { spec: { attacher: 'example.com', nodeName: 'a', source: { persistentVolumeName: 'a' } } },
    VolumeAttributesClass: { driverName: 'example.com', parameters: { a: 'b' } },
  },
  'admissionregistration.k8s.io/v1': {
    MutatingWebhookConfiguration: { webhooks },
    ValidatingWebhookConfiguration: { webhooks },
    ValidatingAdmissionPolicy: { spec: { matchConstraints, validations: [{ expression: 'true' }] } },
    ValidatingAdmissionPolicyBinding: { spec: { policyName: 'a', validationActions: ['Audit'] } },
    MutatingAdmissionPolicy: {
      spec: { matchConstraints, reinvocationPolicy: 'Never', mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }] },
    },
    MutatingAdmissionPolicyBinding: { spec: { policyName: 'a' } },
  },
  'apiextensions.k8s.io/v1': {
    CustomResourceDefinition: {
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'array', items: { type: 'string', default: 'a', enum: ['a', 'b'] } } } } } } },
          },
        ],
      },
    },
  },
  'certificates.k8s.io/v1': { CertificateSigningRequest: { spec: { request, signerName: 'example.com/s', usages: ['client auth'] } } },
  'node.k8s.io/v1': { RuntimeClass: { handler: 'a' } },
  'discovery.k8s.io/v1': { EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }], ports: [{ name: 'a', port: 80, protocol: 'TCP' }] } },
  'resource.k8s.io/v1': {
    DeviceClass: { spec: { selectors: [{ cel: { expression: 'true' } }], config: [{ opaque: { driver: 'example.com', parameters: { a: 1 } } }] } },
    ResourceClaim: { spec: { devices: deviceRequest } },
    ResourceClaimTemplate: { spec: { spec: { devices: deviceRequest } } },
    ResourceSlice: { spec: { driver: 'example.com', nodeName: 'a', pool: { name: 'a', generation: 1, resourceSliceCount: 1 }, devices: [{ name: 'a', attributes: { a: { string: 'b' } }, capacity: { a: { value: '1' } } }] } },
  },
};

export const exampleObjects: JSONObject[] = Object.entries(examples).flatMap(([apiVersion, kinds]) =>
  Object.entries(kinds).map(([kind, fields]) => ({ apiVersion, kind, metadata: { name: 'anchor' }, ...fields })),
);
