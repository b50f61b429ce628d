import { describe, expect, it } from 'vitest';
import columns from '../../apimachinery/facts/table-columns.json' with { type: 'json' };
import type { KubeObject } from '../../apimachinery/types.ts';
import { newTableConvertor } from './table-convertor.ts';

const now = Date.UTC(2026, 0, 1, 0, 5);
const clock = { now: () => now };
const metadata = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' };

function convertor(key: string) {
  const [resource = '', version = '', ...group] = key.split('.');
  return newTableConvertor({ resource, version, group: group.join('.') }, clock);
}

const row = (key: string, obj: object) => convertor(key).convertToTable({ apiVersion: 'v1', kind: 'X', metadata, ...obj }, { noHeaders: false }).rows[0];
const cells = (key: string, obj: object) => row(key, obj)?.cells;

describe('a table', () => {
  it.each(Object.keys(columns))('of %s has a cell for every column, even of an empty object', (key) => {
    const table = convertor(key).convertToTable({ apiVersion: 'v1', kind: 'X', metadata }, { noHeaders: false });
    expect(table.columnDefinitions?.map(({ name }) => name)).toEqual(columns[key]?.map(({ name }) => name));
    const extra = key.startsWith('ipaddresses') ? 1 : 0;
    const [only] = table.rows;
    expect(only?.cells).toHaveLength((columns[key]?.length ?? 0) + extra);
    expect(only?.cells.every((cell) => ['string', 'number', 'boolean'].includes(typeof cell))).toBe(true);
  });

  it('of a list carries what the list says of itself, and no columns where none are wanted', () => {
    const item: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' }, binaryData: { b: 'MQ==' } };
    const list = { apiVersion: 'v1', kind: 'ConfigMapList', metadata: { resourceVersion: '7', continue: 'abc', remainingItemCount: 3 }, items: [item] };
    expect(convertor('configmaps.v1').convertToTable(list, { noHeaders: true })).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      columnDefinitions: null,
      metadata: { resourceVersion: '7', continue: 'abc', remainingItemCount: 3 },
      rows: [{ cells: ['x', 2, '5m'], object: item }],
    });
  });

  it('of an unknown resource shows when each object was made', () => {
    const table = convertor('widgets.v1.example.com').convertToTable({ apiVersion: 'example.com/v1', kind: 'Widget', metadata }, { noHeaders: false });
    expect(table.columnDefinitions).toEqual([
      { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
      { name: 'Created At', type: 'date', format: '', description: '', priority: 0 },
    ]);
    expect(table.rows[0]?.cells).toEqual(['x', '2026-01-01T00:00:00Z']);
  });

  it('of a scale has its own columns, whatever resource it is of', () => {
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: 3 }, status: { replicas: 2 } };
    const table = convertor('deployments.v1.apps').convertToTable(scale, { noHeaders: false });
    expect(table.columnDefinitions?.map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
    expect(table.rows[0]?.cells).toEqual(['x', 3, 2, '5m']);
  });

  it('lists flow schemas in the order in which they are tried, each row with its own object', () => {
    const schema = (name: string, matchingPrecedence: number): KubeObject => ({ apiVersion: 'v1', kind: 'FlowSchema', metadata: { name }, spec: { matchingPrecedence } });
    const items = [schema('c', 9), schema('b', 9), schema('a', 1000), schema('z', 1)];
    const list = { apiVersion: 'v1', kind: 'FlowSchemaList', metadata: {}, items };
    const { rows } = convertor('flowschemas.v1.flowcontrol.apiserver.k8s.io').convertToTable(list, { noHeaders: true });
    expect(rows.map(({ cells: [name] }) => name)).toEqual(['z', 'b', 'c', 'a']);
    expect(rows.map(({ object }) => (object as KubeObject).metadata.name)).toEqual(['z', 'b', 'c', 'a']);
  });
});

const containers = [{ name: 'app', image: 'nginx:1.27' }, { name: 'log', image: 'busybox' }];
const selector = { matchLabels: { app: 'web' } };
const template = { spec: { containers, nodeSelector: { disk: 'ssd' } } };

describe('the cells', () => {
  it.each([
    ['services.v1', { spec: { type: 'NodePort', clusterIPs: ['10.0.0.1'], ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }], selector: { b: '2', a: '1' } } }, ['x', 'NodePort', '10.0.0.1', '<none>', '80:30080/TCP,53/UDP', '5m', 'a=1,b=2']],
    ['services.v1', { spec: { type: 'ExternalName', externalName: 'example.com' } }, ['x', 'ExternalName', '<none>', 'example.com', '<none>', '5m', '<none>']],
    ['services.v1', { spec: { type: 'LoadBalancer', clusterIPs: ['None'] } }, ['x', 'LoadBalancer', 'None', '<pending>', '<none>', '5m', '<none>']],
    ['services.v1', { spec: { type: 'LoadBalancer', externalIPs: ['9.9.9.9'] }, status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'a.example' }] } } }, ['x', 'LoadBalancer', '<none>', '2.2.2.2,a.example,9.9.9.9', '<none>', '5m', '<none>']],
    ['endpoints.v1', { subsets: [{ addresses: [{ ip: '1.1.1.1' }, { ip: '::1' }], ports: [{ port: 80 }, { port: 443 }] }] }, ['x', '1.1.1.1:80,[::1]:80,1.1.1.1:443 + 1 more...', '5m']],
    ['endpointslices.v1.discovery.k8s.io', { addressType: 'IPv4', ports: [{ port: 80 }, { name: 'dns' }, {}], endpoints: [{ addresses: ['1.1.1.1'] }] }, ['x', 'IPv4', '80,dns,*', '1.1.1.1', '5m']],
    ['deployments.v1.apps', { spec: { replicas: 3, selector, template }, status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 } }, ['x', '2/3', 3, 1, '5m', 'app,log', 'nginx:1.27,busybox', 'app=web']],
    ['daemonsets.v1.apps', { spec: { selector, template }, status: { desiredNumberScheduled: 5, numberReady: 4 } }, ['x', 5, 0, 4, 0, 0, 'disk=ssd', '5m', 'app,log', 'nginx:1.27,busybox', 'app=web']],
    ['statefulsets.v1.apps', { spec: { replicas: 1, template } }, ['x', '0/1', '5m', 'app,log', 'nginx:1.27,busybox']],
    ['replicasets.v1.apps', { spec: { replicas: 2, template, selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['c', 'b'] }] } } }, ['x', 2, 0, 0, '5m', 'app,log', 'nginx:1.27,busybox', 'a in (b,c)']],
    ['controllerrevisions.v1.apps', { revision: 4, metadata: { ...metadata, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: 'u', controller: true }] } }, ['x', 'statefulset.apps/s', 4, '5m']],
    ['poddisruptionbudgets.v1.policy', { spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 1 } }, ['x', '50%', 'N/A', 1, '5m']],
    ['jobs.v1.batch', { spec: { parallelism: 2, template, selector }, status: { startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:01:00Z', succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } }, ['x', 'Complete', '1/1 of 2', '60s', '5m', 'app,log', 'nginx:1.27,busybox', 'app=web']],
    ['cronjobs.v1.batch', { spec: { schedule: '@daily', suspend: false, jobTemplate: { spec: { template } } }, status: { active: [{}], lastScheduleTime: '2026-01-01T00:04:00Z' } }, ['x', '@daily', '<none>', 'False', 1, '60s', '5m', 'app,log', 'nginx:1.27,busybox', '<none>']],
    ['horizontalpodautoscalers.v2.autoscaling', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, minReplicas: 1, maxReplicas: 9, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } }, { type: 'Pods', pods: { target: { averageValue: '1k' } } }, { type: 'External' }] }, status: { currentReplicas: 2, currentMetrics: [{ type: 'Resource', resource: { current: { averageUtilization: 50 } } }] } }, ['x', 'Deployment/d', 'cpu: 50%/80%, <unknown>/1k + 1 more...', '1', 9, 2, '5m']],
    ['horizontalpodautoscalers.v1.autoscaling', { apiVersion: 'autoscaling/v1', spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 9, targetCPUUtilizationPercentage: 80 } }, ['x', 'Deployment/d', 'cpu: <unknown>/80%', '<unset>', 9, 0, '5m']],
    ['horizontalpodautoscalers.v1.autoscaling', { apiVersion: 'autoscaling/v1', spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 9, targetCPUUtilizationPercentage: 80 }, metadata: { ...metadata, annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '[{"type":"Pods","pods":{"metricName":"hits","targetAverageValue":"1k"}}]' } } }, ['x', 'Deployment/d', '<unknown>/1k, cpu: <unknown>/80%', '<unset>', 9, 0, '5m']],
    ['nodes.v1', { metadata: { ...metadata, labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge' } }, spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'False' }], addresses: [{ type: 'InternalIP', address: '10.1.1.1' }], nodeInfo: { kubeletVersion: 'v1.36.2', kernelVersion: '6.1', architecture: 'arm64' } } }, ['x', 'NotReady,SchedulingDisabled', 'edge,worker', '5m', 'v1.36.2', '10.1.1.1', '<none>', '<unknown>', '6.1 (arm64)', '<unknown>']],
    ['persistentvolumeclaims.v1', { spec: { volumeName: 'pv', storageClassName: 'fast', volumeMode: 'Block' }, status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] } }, ['x', 'Bound', 'pv', '1Gi', 'RWO,RWX', 'fast', '<unset>', '5m', 'Block']],
    ['persistentvolumes.v1', { spec: { capacity: { storage: '5Gi' }, claimRef: { namespace: 'a', name: 'b' }, persistentVolumeReclaimPolicy: 'Retain' }, status: { phase: 'Bound' } }, ['x', '5Gi', '', 'Retain', 'Bound', 'a/b', '', '<unset>', '', '5m', '<unset>']],
    ['resourcequotas.v1', { status: { hard: { 'limits.cpu': '2', pods: '10', cpu: '1' }, used: { pods: '3' } } }, ['x', 'cpu: 0/1, pods: 3/10', 'limits.cpu: 0/2', '5m']],
    ['events.v1', { involvedObject: { kind: 'Pod', name: 'p' }, type: 'Warning', reason: 'R', message: ' m\n', count: 3, source: { component: 'c', host: 'h' }, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:04:00Z' }, ['60s', 'Warning', 'R', 'pod/p', '', 'c, h', 'm', '5m', 3, 'x']],
    ['events.v1.events.k8s.io', { regarding: { kind: 'Pod' }, note: 'n', eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'c', series: { count: 7, lastObservedTime: '2026-01-01T00:04:00.000000Z' } }, ['60s', '', '', 'pod', '', 'c', 'n', '5m', 7, 'x']],
    ['ingresses.v1.networking.k8s.io', { spec: { ingressClassName: 'n', rules: ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host })), tls: [{}] }, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } }, ['x', 'n', 'a,b,c + 2 more...', '1.2.3.4', '80, 443', '5m']],
    ['ingressclasses.v1.networking.k8s.io', { metadata: { ...metadata, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'c', parameters: { apiGroup: 'k.example', kind: 'P', name: 'p' } } }, ['x (default)', 'c', 'P.k.example/p', '5m']],
    ['ipaddresses.v1.networking.k8s.io', { spec: { parentRef: { group: '', resource: 'services', namespace: 'default', name: 'kubernetes' } } }, ['x', 'services/default/kubernetes', '5m']],
    ['storageclasses.v1.storage.k8s.io', { provisioner: 'p' }, ['x', 'p', 'Delete', 'Immediate', false, '5m']],
    ['csidrivers.v1.storage.k8s.io', { spec: { tokenRequests: [{ audience: 'a' }, { audience: 'b' }] } }, ['x', true, false, false, 'a,b', false, '<none>', '5m']],
    ['clusterrolebindings.v1.rbac.authorization.k8s.io', { roleRef: { kind: 'ClusterRole', name: 'admin' }, subjects: [{ kind: 'User', name: 'a' }, { kind: 'User', name: 'b' }, { kind: 'Group', name: 'g' }, { kind: 'ServiceAccount', namespace: 'n', name: 's' }] }, ['x', 'ClusterRole/admin', '5m', 'a, b', 'g', 'n/s']],
    ['validatingadmissionpolicybindings.v1.admissionregistration.k8s.io', { spec: { policyName: 'p', paramRef: { name: 'q' } } }, ['x', 'p', '*/q', '5m']],
    ['mutatingadmissionpolicybindings.v1.admissionregistration.k8s.io', { spec: { policyName: 'p', paramRef: { selector } } }, ['x', 'p', '&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}', '5m']],
    ['certificatesigningrequests.v1.certificates.k8s.io', { spec: { signerName: 's', username: 'u', expirationSeconds: 3600 }, status: { certificate: 'MQ==', conditions: [{ type: 'Approved' }] } }, ['x', '5m', 's', 'u', '60m', 'Approved,Issued']],
    ['apiservices.v1.apiregistration.k8s.io', { status: { conditions: [{ type: 'Available', status: 'False', reason: 'Gone' }] } }, ['x', 'Local', 'False (Gone)', '5m']],
    ['prioritylevelconfigurations.v1.flowcontrol.apiserver.k8s.io', { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 30, limitResponse: { queuing: { queues: 64, handSize: 6, queueLengthLimit: 50 } } } } }, ['x', 'Limited', 30, 64, 6, 50, '5m']],
    ['resourceclaims.v1.resource.k8s.io', { status: { allocation: {}, reservedFor: [{}] } }, ['x', 'allocated,reserved', '5m']],
  ])('of %s with %j', (key, obj, expected) => {
    expect(cells(key, obj)).toEqual(expected);
  });
});

const waiting = (reason: string) => ({ state: { waiting: { reason } } });
const exited = (exitCode: number, reason = '', signal = 0) => ({ state: { terminated: { exitCode, reason, signal } } });
const running = { ready: true, state: { running: {} } };

describe('the status of a pod', () => {
  it.each([
    ['Pending', '0/1', { status: { phase: 'Pending' } }],
    ['SchedulingGated', '0/1', { status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } }],
    ['Evicted', '0/1', { status: { phase: 'Failed', reason: 'Evicted' } }],
    ['CrashLoopBackOff', '0/1', { status: { phase: 'Running', containerStatuses: [waiting('CrashLoopBackOff')] } }],
    ['Running', '1/1', { status: { phase: 'Running', containerStatuses: [running] } }],
    ['Error', '0/1', { status: { phase: 'Failed', containerStatuses: [exited(1, 'Error')] } }],
    ['Signal:9', '0/1', { status: { containerStatuses: [exited(137, '', 9)] } }],
    ['ExitCode:3', '0/1', { status: { containerStatuses: [exited(3)] } }],
    ['NotReady', '1/1', { status: { containerStatuses: [exited(0, 'Completed'), running] } }],
    ['Running', '1/1', { status: { containerStatuses: [exited(0, 'Completed'), running], conditions: [{ type: 'Ready', status: 'True' }] } }],
    ['OOMKilled', '0/1', { status: { containerStatuses: [exited(0, 'Completed'), exited(137, 'OOMKilled')] } }],
    ['Init:0/1', '0/1', { status: { phase: 'Pending', initContainerStatuses: [waiting('PodInitializing')] }, init: [{ name: 'i' }] }],
    ['Init:ErrImagePull', '0/1', { status: { initContainerStatuses: [waiting('ErrImagePull')] }, init: [{ name: 'i' }] }],
    ['Init:ExitCode:2', '0/1', { status: { initContainerStatuses: [exited(2)] }, init: [{ name: 'i' }] }],
    ['Running', '2/2', { status: { phase: 'Running', initContainerStatuses: [{ name: 's', started: true, ready: true }], containerStatuses: [running] }, init: [{ name: 's', restartPolicy: 'Always' }] }],
    ['Terminating', '1/1', { status: { phase: 'Running', containerStatuses: [running] }, deleted: true }],
    ['Unknown', '0/1', { status: { phase: 'Running', reason: 'NodeLost' }, deleted: true }],
    ['Completed', '0/1', { status: { phase: 'Succeeded', containerStatuses: [exited(0, 'Completed')] }, deleted: true }],
  ])('is %s, %s', (status, ready, { status: given, init, deleted }: { status: object; init?: object[]; deleted?: boolean }) => {
    const meta = deleted ? { ...metadata, deletionTimestamp: metadata.creationTimestamp } : metadata;
    const pod = { metadata: meta, spec: { containers: [{ name: 'a' }], ...(init && { initContainers: init }) }, status: given };
    expect(cells('pods.v1', pod)?.slice(1, 3)).toEqual([ready, status]);
  });

  it('goes with restarts, where it runs and how many gates are met', () => {
    const lastState = { terminated: { finishedAt: '2026-01-01T00:04:00Z' } };
    const status = {
      podIP: '10.1.2.3',
      conditions: [{ type: 'a', status: 'True' }],
      initContainerStatuses: [{ name: 'i', restartCount: 9, lastState, ...exited(0) }],
      containerStatuses: [{ restartCount: 3, lastState, ...running }],
    };
    const spec = { containers: [{}], initContainers: [{ name: 'i' }], nodeName: 'n1', readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] };
    expect(cells('pods.v1', { spec, status })?.slice(3)).toEqual(['3 (60s ago)', '5m', '10.1.2.3', 'n1', '<none>', '1/2']);
  });

  it.each([
    ['Succeeded', [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }]],
    ['Failed', [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]],
    ['Running', undefined],
  ])('%s marks its row as completed or not', (phase, conditions) => {
    expect(row('pods.v1', { status: { phase } })?.conditions).toEqual(conditions);
  });
});
