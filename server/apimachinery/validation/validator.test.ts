import { describe, expect, it } from 'vitest';
import { app, inContainer as podWith, newChecks } from './validation.test-util.ts';
import type { Rest } from './validation.test-util.ts';

const nameOf = (kind: string) => (['StorageClass', 'CSIDriver', 'CSINode'].includes(kind) ? 'x' : 'default/x');
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [app] } };
const [soon, later] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'];
const gates = (...names: string[]) => ({ containers: [app], schedulingGates: names.map((name) => ({ name })) });
const web = { app: 'web' };
const manual = { manualSelector: true, selector: { matchLabels: web } };
const never = { metadata: { labels: web }, spec: { containers: [app], restartPolicy: 'Never' } };
const claim = (mode: string) => ({ spec: { accessModes: [mode], resources: { requests: { storage: '1Gi' } } } });
const wrongSet = { spec: { selector: { matchLabels: web }, template: { metadata: { labels: web }, spec: { containers: [{ ...app, ports: [{ containerPort: 0 }] }] } } } };
const rbac = 'rbac.authorization.k8s.io/v1';

describe('the validator', () => {
  it.each<[string, string, Rest]>([
    ['v1', 'ConfigMap', { data: { 'a.b': '1' }, binaryData: { c: 'AA==' } }],
    ['v1', 'Secret', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'x', 'tls.key': 'y' } }],
    ['v1', 'Pod', { spec: { containers: [{ ...app, ports: [{ name: 'http', containerPort: 80 }], volumeMounts: [{ name: 'v', mountPath: '/v' }], livenessProbe: { tcpSocket: { port: 'http' } } }], volumes: [{ name: 'v' }], tolerations: [{ operator: 'Exists' }] } }],
    ['v1', 'Service', { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } }],
    ['v1', 'Service', { spec: { clusterIP: 'None', clusterIPs: ['None'] } }],
    ['v1', 'ServiceAccount', {}],
    ['v1', 'Event', { involvedObject: { namespace: 'default' } }],
    ['apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app: 'web' } }, template } }],
    ['coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'a', leaseDurationSeconds: 15 } }],
    [rbac, 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
    [rbac, 'RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'u' }] }],
    ['batch/v1', 'Job', { spec: { manualSelector: true, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [app], restartPolicy: 'Never' } } } }],
    ['batch/v1', 'CronJob', { spec: { schedule: '*/5 0-6 1,15 jan-mar mon', timeZone: 'Etc/UTC', jobTemplate: { spec: { template: { spec: { containers: [app], restartPolicy: 'OnFailure' } } } } } }],
    ['apps/v1', 'StatefulSet', { spec: { selector: { matchLabels: { app: 'web' } }, serviceName: 's', template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ...app, volumeMounts: [{ name: 'd', mountPath: '/d' }] }] } }, volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }] } }],
    ['apps/v1', 'DaemonSet', { spec: { selector: { matchLabels: { app: 'web' } }, template } }],
    ['apps/v1', 'ReplicaSet', { spec: { selector: { matchLabels: { app: 'web' } }, template } }],
    ['v1', 'ReplicationController', { spec: { selector: { app: 'web' }, template } }],
    ['v1', 'PodTemplate', { template }],
    ['v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }],
    ['v1', 'LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } }] } }],
    ['v1', 'ResourceQuota', { spec: { hard: { pods: '2', 'requests.cpu': '1' }, scopes: ['NotBestEffort'] } }],
    ['v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
    ['networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80, endPort: 90 }] }] } }],
    ['networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ host: '*.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'http' } } } }] } }] } }],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } }],
    ['storage.k8s.io/v1', 'StorageClass', { provisioner: 'example.com/p' }],
    ['storage.k8s.io/v1', 'CSIDriver', { spec: {} }],
    ['storage.k8s.io/v1', 'CSINode', { spec: { drivers: [{ name: 'd.example.com', nodeID: 'n', topologyKeys: ['a/b'] }] } }],
    ['discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }],
    ['policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } } }],
    ['example.com/v1', 'Anything', { spec: 1 }],
  ])('accepts a %s %s', (apiVersion, kind, rest) => {
    const { create, update } = newChecks(apiVersion);
    expect(create(kind, nameOf(kind), rest)).toEqual([]);
    expect(update(kind, nameOf(kind), rest, rest)).toEqual([]);
  });

  it.each<[string, string, Rest, string[]]>([
    ['v1', 'ConfigMap', { data: { '..': '', k: '' }, binaryData: { k: '' } }, [`data[..]: Invalid value: "..": must not be '..'`, 'data[k]: Invalid value: "k": duplicate of key present in binaryData']],
    ['v1', 'ConfigMap', { data: { a: 'x'.repeat(2 ** 20 + 1) } }, ['[]: Too long: may not be more than 1048576 bytes']],
    ['v1', 'Secret', { type: 'kubernetes.io/tls' }, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['v1', 'Secret', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'nojson' } }, [`data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character 'o' in literal null (expecting 'u')`]],
    ['v1', 'Pod', { spec: {} }, ['spec.containers: Required value']],
    ['v1', 'Pod', podWith({ name: '', image: '' }), ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value']],
    ['v1', 'Pod', { spec: { containers: [app, app], restartPolicy: 'Sometimes' } }, ['spec.containers[1].name: Duplicate value: "app"', 'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"']],
    ['v1', 'Pod', podWith({ ports: [{ containerPort: 0 }, { containerPort: 80, protocol: 'ICMP' }] }), ['spec.containers[0].ports[0].containerPort: Required value', 'spec.containers[0].ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"']],
    ['v1', 'Pod', podWith({ volumeMounts: [{ name: 'none', mountPath: '/' }] }), ['spec.containers[0].volumeMounts[0].name: Not found: "none"']],
    ['v1', 'Pod', podWith({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }), ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1']],
    ['v1', 'Pod', podWith({ livenessProbe: {} }), ['spec.containers[0].livenessProbe: Required value: must specify a handler type']],
    ['v1', 'Pod', podWith({ env: [{ name: 'F', valueFrom: { fieldRef: { fieldPath: 'spec.bogus' } } }] }), ['spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.bogus": error converting fieldPath: field label not supported: spec.bogus']],
    ['v1', 'Pod', { spec: { containers: [app], volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/' } }] } }, ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type']],
    ['v1', 'Pod', { spec: { containers: [app], securityContext: { runAsUser: -1 } } }, ['spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive']],
    ['v1', 'Pod', { spec: { containers: [app], topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Odd', minDomains: 1, matchLabelKeys: ['a'] }] } }, ['spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero', 'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty', 'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Odd": supported values: "DoNotSchedule", "ScheduleAnyway"', 'spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not Odd', 'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set']],
    ['v1', 'Pod', { spec: { containers: [app], schedulingGates: [{ name: 'g' }, { name: 'g' }], affinity: { nodeAffinity: { [soon]: { nodeSelectorTerms: [] } }, podAffinity: { [later]: [{ weight: 0, podAffinityTerm: { topologyKey: 'zone' } }] } } } }, [`spec.affinity.nodeAffinity.${soon}.nodeSelectorTerms: Required value: must have at least one node selector term`, `spec.affinity.podAffinity.${later}[0].weight: Invalid value: 0: must be in the range 1-100`, 'spec.schedulingGates[1]: Duplicate value: "g"']],
    ['v1', 'Pod', podWith({ resizePolicy: [{ resourceName: 'gpu', restartPolicy: 'NotRequired' }] }), ['spec.containers[0].resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"']],
    ['v1', 'Service', { spec: {} }, ['spec.ports: Required value']],
    ['v1', 'Service', { spec: { ports: [{ name: 'a', port: 80 }, { name: 'a', port: 81 }] } }, ['spec.ports[1].name: Duplicate value: "a"']],
    ['v1', 'Service', { spec: { type: 'ExternalName', clusterIPs: ['10.0.0.1'] } }, ['spec.clusterIPs: Forbidden: may not be set for ExternalName services', 'spec.externalName: Required value']],
    ['v1', 'Service', { spec: { ports: [{ port: 80 }], externalIPs: ['127.0.0.1', '300.1.1.1', '2001:db8::1'] } }, ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)', 'spec.externalIPs[1]: Invalid value: "300.1.1.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['v1', 'Event', { involvedObject: { namespace: 'other' } }, ['involvedObject.namespace: Invalid value: "other": does not match event.namespace']],
    ['apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app: 'x' } }, template } }, ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`']],
    ['apps/v1', 'Deployment', { spec: { selector: {}, template } }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    ['coordination.k8s.io/v1', 'Lease', { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0', 'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0']],
    [rbac, 'Role', { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }, ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs']],
    [rbac, 'RoleBinding', { roleRef: { kind: 'Pod', name: 'r' }, subjects: [{ kind: 'Robot', name: 'x' }] }, ['roleRef.kind: Unsupported value: "Pod": supported values: "Role", "ClusterRole"', 'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"']],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', { spec: { scope: 5, names: { kind: 'K', plural: 'ks' } } }, ['spec.scope: Invalid value: "integer": spec.scope in body must be of type string: "integer"']],
    ['batch/v1', 'Job', { spec: { ...manual, template: { metadata: { labels: web }, spec: { containers: [app] } } } }, ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']],
    ['batch/v1', 'Job', { spec: { ...manual, template: never, podFailurePolicy: { rules: [{ action: 'Odd' }] } } }, ['spec.podFailurePolicy.rules[0].action: Unsupported value: "Odd": supported values: "Count", "FailIndex", "FailJob", "Ignore"', 'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required']],
    ['batch/v1', 'Job', { spec: { ...manual, template: never, completionMode: 'Indexed', completions: 3, successPolicy: { rules: [{ succeededIndexes: '0-4' }] } } }, ['spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-4": error parsing succeededIndexes: too large index: "4"']],
    ['batch/v1', 'CronJob', { spec: { schedule: '* * * *', timeZone: 'No/Where', jobTemplate: { spec: { template: never } } } }, ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]', 'spec.timeZone: Invalid value: "No/Where": unknown time zone No/Where']],
    ['batch/v1', 'CronJob', { spec: { schedule: '61 x * * *', jobTemplate: { spec: { template: never } } } }, ['spec.schedule: Invalid value: "61 x * * *": end of range (61) above maximum (59): 61']],
    ['apps/v1', 'StatefulSet', { spec: { selector: { matchLabels: web }, template, podManagementPolicy: 'Odd', updateStrategy: { type: 'Odd' }, ordinals: { start: -1 } } }, [`spec.podManagementPolicy: Invalid value: "Odd": must be 'OrderedReady' or 'Parallel'`, `spec.updateStrategy: Invalid value: {"Type":"Odd","RollingUpdate":null}: must be 'RollingUpdate' or 'OnDelete'`, 'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0']],
    ['apps/v1', 'DaemonSet', { spec: { selector: { matchLabels: web }, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } } } }, ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0']],
    ['v1', 'LimitRange', { spec: { limits: [{ type: 'Pod', default: { cpu: '1' } }, { type: 'Pod' }, { type: 'Odd' }] } }, ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'", 'spec.limits[1].type: Duplicate value: "Pod"', 'spec.limits[2].type: Invalid value: "Odd": must be a standard limit type or fully qualified']],
    ['v1', 'ResourceQuota', { spec: { hard: { pods: '1.5' }, scopes: ['BestEffort', 'NotBestEffort'] } }, ['spec.hard[pods]: Invalid value: "1500m": must be an integer', 'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes']],
    ['v1', 'PersistentVolumeClaim', { spec: { accessModes: [] } }, ['spec.accessModes: Required value: at least 1 access mode is required', 'spec.resources[storage]: Required value']],
    ['v1', 'Endpoints', { subsets: [{ addresses: [{ ip: 'x' }], ports: [{ port: 0 }] }] }, ['subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)', 'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address', 'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    ['networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, policyTypes: ['X'], ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8', except: ['11.1.0.0/16'] } }] }] } }, ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.1.0.0/16": must be a strict subset of `cidr`', 'spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer', 'spec.policyTypes[0]: Unsupported value: "X": supported values: "Ingress", "Egress"']],
    ['networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ host: '1.2.3.4', http: { paths: [{ path: 'x', backend: {} }] } }] } }, ['spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address', 'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified']],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { minReplicas: 2, maxReplicas: 1, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: '' } } }, ['spec.maxReplicas: Invalid value: 1: must be greater than or equal to `minReplicas`', 'spec.scaleTargetRef.name: Required value']],
    ['discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'Odd', endpoints: [{ addresses: [] }], ports: [{ name: 'a' }, { name: 'a' }] }, ['addressType: Unsupported value: "Odd": supported values: "FQDN", "IPv4", "IPv6"', 'ports[1].name: Duplicate value: "a"', 'endpoints[0].addresses: Required value: must contain at least 1 address']],
    ['policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: '110%' } }, ['spec.maxUnavailable: Invalid value: "110%": must not be greater than 100%']],
  ])('refuses a %s %s: %j', (apiVersion, kind, rest, expected) => {
    expect(newChecks(apiVersion).create(kind, nameOf(kind), rest)).toEqual(expected);
  });

  it.each<[string, string, Rest, Rest, string[]]>([
    ['v1', 'ConfigMap', { immutable: true, data: { a: '1' } }, { data: { a: '2' } }, ['immutable: Forbidden: field is immutable when `immutable` is set', 'data: Forbidden: field is immutable when `immutable` is set']],
    ['v1', 'Secret', { type: 'a' }, { type: 'b' }, ['type: Invalid value: "b": field is immutable']],
    ['v1', 'Pod', podWith({}), { spec: { containers: [] } }, ['spec.containers: Required value', 'spec.containers: Forbidden: pod updates may not add or remove containers']],
    ['v1', 'Pod', podWith({}), podWith({ image: 'other' }), []],
    ['v1', 'Pod', podWith({}), podWith({}, { nodeName: 'n' }), [expect.stringMatching(/^spec: Forbidden: pod updates may not change fields other than/)]],
    ['v1', 'Pod', { spec: gates('a') }, { spec: { ...gates(), nodeSelector: { zone: '1' }, affinity: { nodeAffinity: { [soon]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'Exists' }] }] } } } } }, []],
    ['v1', 'Pod', { spec: { ...gates('a'), nodeSelector: { zone: '1' } } }, { spec: { ...gates('b'), nodeSelector: {} } }, ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'", 'spec.nodeSelector: Invalid value: {}: only additions to spec.nodeSelector are allowed (no mutations or deletions)']],
    ['v1', 'Service', { spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }] } }, { spec: { clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'], ports: [{ port: 80 }] } }, ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set']],
    ['apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app: 'x' } }, template } }, { spec: { selector: { matchLabels: { app: 'web' } }, template } }, ['spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable']],
    ['batch/v1', 'Job', { spec: { ...manual, template: never } }, { spec: { ...manual, template: never, completions: 2 } }, ['spec.completions: Invalid value: 2: field is immutable']],
    ['apps/v1', 'StatefulSet', { spec: { selector: { matchLabels: web }, template } }, { spec: { selector: { matchLabels: web }, template, serviceName: 's' } }, ["spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"]],
    ['apps/v1', 'StatefulSet', wrongSet, { spec: { ...wrongSet.spec, replicas: 2 } }, []],
    ['v1', 'PersistentVolumeClaim', claim('ReadWriteOnce'), claim('ReadOnlyMany'), ['spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n@@ -1,6 +1,6 @@\n {\n  "AccessModes": [\n-  "ReadWriteOnce"\n+  "ReadOnlyMany"\n  ],\n  "Selector": null,\n  "Resources": {\n']],
    [rbac, 'RoleBinding', { roleRef: { kind: 'Role', name: 'a' } }, { roleRef: { kind: 'Role', name: 'b' } }, ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef']],
  ])('checks an update of a %s %s from %j to %j', (apiVersion, kind, old, now, expected) => {
    expect(newChecks(apiVersion).update(kind, nameOf(kind), old, now)).toEqual(expected);
  });
});
