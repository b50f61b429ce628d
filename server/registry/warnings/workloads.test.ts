import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { warningsFor } from './index.ts';

type Rest = Record<string, unknown>;

const object = (rest: Rest, metadata: KubeObject['metadata'] = { name: 'x' }): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata, ...rest });
const app = { name: 'a', image: 'b' };
const appArmor = 'container.apparmor.security.beta.kubernetes.io/a';
const files = (...paths: string[]) => ({ items: paths.map((path) => ({ key: 'k', path })) });

describe('a create', () => {
  it.each<[string, KubeObject, string[]]>([
    ['pods', object({ spec: { containers: [app] } }, { name: 'a.b' }), ["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"]],
    ['pods', object({ spec: { volumes: [{ name: 'v', configMap: { name: 'c', ...files('p', 'p/q/') } }] } }), ['volume "v" (ConfigMap "c"): overlapping paths: "p/q" with "p"']],
    ['pods', object({ spec: { volumes: [{ name: 'v', projected: { sources: [{}, { secret: { name: 's', ...files('p') } }, { serviceAccountToken: { path: 'p' } }] } }] } }), ['volume "v" (Projected) has no sources provided', 'volume "v" (Projected): overlapping paths: "p" (ServiceAccountToken) with "p" (Secret "s")']],
    ['pods', object({ spec: { containers: [app] } }, { name: 'x', annotations: { [appArmor]: 'unconfined' } }), []],
    ['podtemplates', object({ template: { metadata: { annotations: { [appArmor]: 'unconfined', 'container.seccomp.security.alpha.kubernetes.io/a': 'unconfined' } }, spec: { containers: [app] } } }), [
      'template.metadata.annotations[container.seccomp.security.alpha.kubernetes.io/a]: non-functional in v1.27+; use the "seccompProfile" field instead',
      `template.metadata.annotations[${appArmor}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
    ]],
    ['resourcequotas', object({ spec: { hard: { memory: '2Gi', 'limits.memory': '1Gi' } } }), ['ResourceQuota memory (2Gi) should be less than limits.memory (1Gi)']],
    ['nodes', object({ spec: { externalID: 'x', podCIDRs: ['fd00:0::/64'] } }), ['spec.externalID: this field is deprecated, and is unused by Kubernetes', 'spec.podCIDRs[0]: IPv6 CIDR value "fd00:0::/64" should be in RFC 5952 canonical format ("fd00::/64")']],
    ['endpoints', object({ subsets: [{ addresses: [{ ip: 'FD00::1' }] }] }), ['subsets[0].addresses[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")']],
  ])('of %s warns: %#', (resource, obj, expected) => expect(warningsFor[resource]?.onCreate(obj)).toEqual(expected));
});

describe('an update', () => {
  const old = object({ spec: { template: { spec: { imagePullSecrets: [{ name: '' }] } } } }, { name: 'a', generation: 1 });
  const now = object({ spec: { template: { spec: {} } } }, { name: 'a', generation: 2 });
  const empty = 'spec.template.spec.imagePullSecrets[0].name: invalid empty name ""';

  it.each([['pods', []], ['deployments.apps', []], ['replicationcontrollers', [empty]]])('of %s warns %j', (resource, expected) => expect(warningsFor[resource]?.onUpdate(now, old)).toEqual(expected));

  it('of a DaemonSet warns of its template where that has changed', () => {
    expect(warningsFor['daemonsets.apps']?.onUpdate(old, now)).toEqual([empty]);
    expect(warningsFor['daemonsets.apps']?.onUpdate({ ...old, metadata: { generation: 3 } }, old)).toEqual([]);
  });

  it('of a CronJob warns of a time zone in its schedule', () => {
    const job = object({ spec: { schedule: 'TZ=UTC 0 0 * * *' } });
    expect(warningsFor['cronjobs.batch']?.onUpdate(job, job)).toEqual(['cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details']);
  });

  it('of a StatefulSet warns of its claims each time', () => {
    const set = object({ spec: { volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '1.5' } } } }] } }, { generation: 1 });
    const odd = 'fractional byte value "1500m" is invalid, must be an integer';
    expect(warningsFor['statefulsets.apps']?.onCreate(set)).toEqual([`spec.volumeClaimTemplates[0].resources.requests[storage]: ${odd}`]);
    expect(warningsFor['statefulsets.apps']?.onUpdate(set, set)).toEqual([`spec.volumeClaimTemplates[0].Spec.resources.requests[storage]: ${odd}`]);
  });

  it('of a status warns of addresses', () => {
    expect(warningsFor['pods']?.onStatusUpdate?.(object({ status: { podIPs: [{ ip: 'FD00::1' }] } }))).toEqual(['status.podIPs[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")']);
  });
});
