import { describe, expect, it } from 'vitest';
import { app, checksOf, inContainer, inSpec } from '../validation.test-util.ts';
import type { Rest } from '../validation.test-util.ts';

const { create, update, subresource } = checksOf('v1', 'Pod', 'default/x');
const withVolume = (volume: Rest) => inSpec({ volumes: [{ name: 'v', ...volume }] });
const mirrored = { annotations: { 'kubernetes.io/config.mirror': 'm' } };
const updatable = 'pod updates may not change fields other than';

describe('volumes of a Pod', () => {
  it.each<[Rest, string[]]>([
    [{ hostPath: { path: '/a', type: 'Odd' } }, ['spec.volumes[0].hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"']],
    [{ emptyDir: { sizeLimit: '-1' } }, ['spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity']],
    [{ nfs: {} }, ['spec.volumes[0].nfs.server: Required value', 'spec.volumes[0].nfs.path: Required value', 'spec.volumes[0].nfs.path: Invalid value: "": must be an absolute path']],
    [{ configMap: { name: 'c', defaultMode: 512, items: [{ key: 'k', path: '..p', mode: -1 }] } }, [
      'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      `spec.volumes[0].configMap.items[0].path: Invalid value: "..p": must not start with '..'`,
      'spec.volumes[0].configMap.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
    ]],
    [{ downwardAPI: { items: [{ path: 'p' }, { path: 'q', resourceFieldRef: { resource: 'limits.cpu' } }] } }, ['spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required', 'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value']],
    [{ projected: { sources: [{ secret: { name: 's', items: [{ key: 'k', path: 'p' }] } }, { configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } }] } }, ['spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths']],
    [{ projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 1 } }] } }, ['spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes', 'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set']],
    [{ ephemeral: {} }, ['spec.volumes[0].ephemeral.volumeClaimTemplate: Required value']],
    [{ image: {} }, ['spec.volumes[0].image.reference: Required value']],
    [{ csi: { driver: 'd', nodePublishSecretRef: {} } }, ['spec.volumes[0].csi.nodePublishSecretRef.name: Required value']],
    [{ iscsi: { targetPortal: 't', iqn: 'odd' } }, ['spec.volumes[0].iscsi.iqn: Invalid value: "odd": must be valid format starting with iqn, eui, or naa']],
    [{ gcePersistentDisk: {}, downwardAPI: {} }, ['spec.volumes[0].persistentDisk.pdName: Required value', 'spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type']],
    [{ fc: {} }, ['spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both']],
  ])('%j', (volume, expected) => expect(create(withVolume(volume))).toEqual(expected));

  it('are mounted or seen as devices, not both', () => {
    const spec = { volumes: [{ name: 'v', emptyDir: {} }, { name: 'c', persistentVolumeClaim: { claimName: 'c' } }] };
    const container = { volumeMounts: [{ name: 'c', mountPath: '/d', mountPropagation: 'Bidirectional' }], volumeDevices: [{ name: 'v', devicePath: '/d' }, { name: 'c', devicePath: '../e' }] };
    expect(create(inContainer(container, spec))).toEqual([
      'spec.containers[0].volumeMounts[0].name: Invalid value: "c": must not already exist in volumeDevices',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/d": must not already exist as a path in volumeDevices',
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/d": must not already exist as a path in volumeMounts',
      `spec.containers[0].volumeDevices[1].devicePath: Invalid value: "../e": can not contain backsteps ('..')`,
      'spec.containers[0].volumeDevices[1].name: Invalid value: "c": must not already exist in volumeMounts',
    ]);
  });
});

describe('the spec of a Pod', () => {
  it.each<[Rest, string[]]>([
    [{ hostUsers: false, hostNetwork: true }, ['spec.hostNetwork: Forbidden: when `hostUsers` is false']],
    [{ os: { name: 'windows' }, securityContext: { fsGroup: 1 } }, ['spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod']],
    [{ os: { name: 'linux' }, securityContext: { windowsOptions: { runAsUserName: '' } } }, [`spec.securityContext.windowsOptions.runAsUserName: Invalid value: "": runAsUserName cannot be an empty string`, 'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod']],
    [{ hostnameOverride: 'h', setHostnameAsFQDN: true }, ['spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true']],
    [{ dnsConfig: { searches: ['a b', '.', '_tcp.x.'], nameservers: ['01.1.1.1'] } }, [
      'spec.dnsConfig.nameservers[0]: Invalid value: "01.1.1.1": must not have leading 0s',
      `spec.dnsConfig.searches[0]: Invalid value: "a b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')`,
    ]],
    [{ preemptionPolicy: 'X' }, ['spec.preemptionPolicy: Unsupported value: "X": supported values: "PreemptLowerPriority", "Never"']],
    [{ overhead: { foo: '1' } }, ['spec.overhead.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified', 'spec.overhead.limits[foo]: Invalid value: "foo": must be a standard resource for containers']],
    [{ resources: { requests: { cpu: '1', 'ephemeral-storage': '1' } }, containers: [{ ...app, resources: { requests: { cpu: '2' } } }] }, ['spec.resources.requests[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"', 'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2']],
    [{ resourceClaims: [{ name: 'c' }], containers: [{ ...app, resources: { claims: [{ name: 'd' }] } }] }, ['spec.resourceClaims[0]: Invalid value: {"Name":"c","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`', 'spec.containers[0].resources.claims[0]: Not found: "d": must be one of the names in pod.spec.resourceClaims: c']],
    [{ securityContext: { sysctls: [{ name: 'net.ipv4.x', value: '' }], supplementalGroupsPolicy: 'X' }, hostNetwork: true }, [`spec.securityContext.sysctls[0].name: Invalid value: "net.ipv4.x": may not be specified when 'hostNetwork' is true`, 'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "X": supported values: "Merge", "Strict"']],
  ])('%j', (spec, expected) => expect(create(inSpec(spec))).toEqual(expected));

  it.each<[Rest, string[]]>([
    [{ resources: { limits: { cpu: '1', 'hugepages-2Mi': '3Mi' } } }, ['spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi', 'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi']],
    [{ restartPolicyRules: [{ action: 'X' }] }, ['spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used', 'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "X": supported values: "Restart", "RestartAllContainers"', 'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified']],
    [{ env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } } }] }, ['spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: "v"']],
    [{ securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: ' x' } } }, ['spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: " x": must not be padded with whitespace']],
  ])('whose container has %j', (container, expected) => expect(create(inContainer(container))).toEqual(expected));

  it('says what its annotations say', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/app': 'unconfined', 'container.apparmor.security.beta.kubernetes.io/none': 'x', 'controller.kubernetes.io/pod-deletion-cost': '+1' };
    expect(create({ ...inContainer({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }), metadata: { annotations } })).toEqual([
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: "none": container not found',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: "x": invalid AppArmor profile name: "x"',
      'spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match',
    ]);
  });
});

describe('an update of a Pod', () => {
  it.each<[string, Rest, Rest, string[]]>([
    ['adds a mirror annotation', inSpec({ nodeName: 'n' }), { ...inSpec({ nodeName: 'n' }), metadata: mirrored }, ['metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation']],
    ['takes its deadline back', inSpec({ activeDeadlineSeconds: 9 }), inSpec({}), ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value']],
    ['adds a wrong toleration', inSpec({}), inSpec({ tolerations: [{ operator: 'X', key: 'k' }] }), ['spec.tolerations[0].operator: Unsupported value: "X": supported values: "Equal", "Exists"', 'spec.tolerations[0].operator: Unsupported value: "X": supported values: "Equal", "Exists"']],
  ])('that %s', (_what, old, now, expected) => expect(update(old, now)).toEqual(expected));

  it('leaves its resources alone', () => {
    const [error = ''] = update(inContainer({ resources: { requests: { cpu: '1' } } }), inContainer({ resources: { requests: { cpu: '2' } } }));
    expect(error).toContain(`spec: Forbidden: ${updatable}`);
  });
});

describe('a resize', () => {
  const sized = (cpu: string, spec: Rest = {}) => inContainer({ resources: { requests: { cpu } } }, spec);

  it.each([
    ['gives more', sized('2'), sized('1'), []],
    ['takes a request away', inContainer({}), sized('1'), ['spec: Invalid value: "": Pod QOS Class may not change as a result of resizing', 'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed']],
    ['changes something else', inContainer({ image: 'other', resources: { requests: { cpu: '1' } } }), sized('1'), ['spec: Forbidden: only cpu and memory resources are mutable']],
    ['is of a Windows pod', sized('2', { os: { name: 'windows' } }), sized('1', { os: { name: 'windows' } }), ['[]: Forbidden: windows pods cannot be resized']],
  ])('that %s', (_what, now, old, expected) => expect(subresource('resize', old, now)).toEqual(expected));
});

describe('the status of a Pod', () => {
  const over = (exitCode: number) => ({ containerStatuses: [{ name: 'app', state: { terminated: { exitCode } } }] });
  const running = { containerStatuses: [{ name: 'app', state: { running: {} } }] };
  const write = (spec: Rest, now: Rest, old: Rest) => subresource('status', { spec, status: old }, { spec, status: now });
  const again = ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'];
  const rule = { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [7] } }] };

  it.each<[string, Rest, number, string[]]>([
    ['never', { containers: [app], restartPolicy: 'Never' }, 1, again],
    ['after a failure', { containers: [app], restartPolicy: 'OnFailure' }, 1, []],
    ['not after success', { containers: [app], restartPolicy: 'OnFailure' }, 0, again],
    ['by a rule of its own', { containers: [{ ...app, ...rule }], restartPolicy: 'Never' }, 7, []],
    ['not outside of that rule', { containers: [{ ...app, ...rule }], restartPolicy: 'Always' }, 8, again],
  ])('lets a container run again: %s', (_what, spec, exitCode, expected) => expect(write(spec, running, over(exitCode))).toEqual(expected));

  it('has one address of a family', () => {
    expect(write({ containers: [app] }, { hostIPs: [{ ip: '1.1.1.1' }], podIPs: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }] }, {})).toEqual([
      'status.podIPs: Invalid value: [{"IP":"1.1.1.1"},{"IP":"1.1.1.2"}]: may specify no more than one IP for each IP family',
      'status.hostIPs[0].ip: Invalid value: "1.1.1.1": must be equal to `hostIP`',
    ]);
  });

  it('has addresses that can be read', () => {
    expect(write({ containers: [app] }, { podIPs: [{ ip: '1.1.1.1' }, { ip: 'x' }] }, {})).toEqual([
      'status.podIPs[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[1]: x',
      'status.podIPs: Invalid value: [{"IP":"1.1.1.1"},{"IP":"x"}]: may specify no more than one IP for each IP family',
    ]);
  });

  it('tells as whom containers run, and of devices that they asked for', () => {
    const user = { linux: { uid: -1, gid: 0 } };
    const allocatedResourcesStatus = [{ name: 'claim:c/r', resources: [{ resourceID: 'd', health: 'Odd' }, { resourceID: 'd', health: 'Healthy', message: '' }] }];
    expect(write({ containers: [app] }, { containerStatuses: [{ name: 'app', user, allocatedResourcesStatus }], extendedResourceClaimStatus: { resourceClaimName: 'c' } }, {})).toEqual([
      'status.extendedResourceClaimStatus.requestMappings: Required value: at least one request mapping is required',
      'status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"claim:c/r\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "Odd": supported values: "Healthy", "Unhealthy", "Unknown"',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].message: Required value: must be non-empty if specified',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].resourceID: Duplicate value: "d"',
    ]);
  });
});
