import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newTestRegistry } from '../registry.test-util.ts';
import { appArmorField, applyAppArmor, applyPodLabels, dropDisabledFields } from './pod-fields.ts';

const app = { name: 'app', image: 'nginx' };
const named = (kind: string, rest: Record<string, unknown>, apiVersion = 'v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'x', namespace: 'default' }, ...rest });

describe('a pod\'s spec', () => {
  it('loses what belongs to features that are off', () => {
    const spec = {
      schedulingGroup: { podGroupName: 'g' },
      containers: [{ ...app, lifecycle: { stopSignal: 'SIGTERM' } }],
      volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { path: 'p' } }, { secret: { name: 's' } }] } }],
    };
    expect(dropDisabledFields(spec)).toEqual({ containers: [app], volumes: [{ name: 'v', projected: { sources: [{}, { secret: { name: 's' } }] } }] });
  });

  it('is the very same where nothing goes', () => {
    const spec = { containers: [app] };
    expect(dropDisabledFields(spec)).toBe(spec);
  });

  it('has its labels in selectors that ask for them', () => {
    const constraint = { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['app', 'none'] };
    const term = { topologyKey: 'zone', labelSelector: {}, mismatchLabelKeys: ['app'] };
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const spec = { topologySpreadConstraints: [constraint], affinity: { podAntiAffinity: { [required]: [term, { ...term, labelSelector: undefined }] } } };
    expect(applyPodLabels(spec, { app: 'web' })).toMatchObject({
      topologySpreadConstraints: [{ labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] } }],
      affinity: { podAntiAffinity: { [required]: [{ labelSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }, { labelSelector: undefined }] } },
    });
  });

  it.each([['unconfined', { type: 'Unconfined' }], ['runtime/default', { type: 'RuntimeDefault' }], ['localhost/a', { type: 'Localhost', localhostProfile: 'a' }], ['localhost/', undefined], ['x', undefined]])('takes the profile %s from an annotation', (annotation, field) => {
    const pod: KubeObject = { ...named('Pod', { spec: { containers: [app] } }) };
    pod.metadata.annotations = { 'container.apparmor.security.beta.kubernetes.io/app': annotation };
    const warnings: string[] = [];
    applyAppArmor(pod, (warning) => warnings.push(warning));
    expect(appArmorField(annotation)).toEqual(field);
    expect(pod.spec).toEqual({ containers: [field ? { ...app, securityContext: { appArmorProfile: field } } : app] });
    expect(warnings).toEqual(['metadata.annotations[container.apparmor.security.beta.kubernetes.io/app]: deprecated since v1.30; use the "appArmorProfile" field instead']);
  });
});

describe('what is stored', () => {
  it('has a template without fields of features that are off', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ ...app, lifecycle: { stopSignal: 'SIGTERM' } }] } };
    const { spec } = await newTestRegistry().create('statefulsets', named('StatefulSet', { spec: { selector: { matchLabels: { a: 'b' } }, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } } }, 'apps/v1'));
    expect(spec).toMatchObject({ updateStrategy: { rollingUpdate: { partition: 0 } } });
    expect(JSON.stringify(spec)).not.toMatch(/stopSignal|maxUnavailable/);
  });

  it('of a claim is filled from what it says', async () => {
    const claim = (source: Record<string, unknown>) => newTestRegistry().create('persistentvolumeclaims', named('PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } }, ...source } }));
    const other = { apiGroup: 'a.io', kind: 'X', name: 'n' };
    expect((await claim({ dataSource: other })).spec).not.toHaveProperty('dataSource');
    expect((await claim({ dataSourceRef: other })).spec).toMatchObject({ dataSource: other, dataSourceRef: other });
    expect((await claim({ dataSourceRef: { ...other, namespace: 'ns' } })).spec).not.toHaveProperty('dataSourceRef');
  });

  it('of a Job must have the labels that the server gives', async () => {
    const template = { metadata: { labels: { 'job-name': 'other' } }, spec: { containers: [app], restartPolicy: 'Never' } };
    const made = newTestRegistry().create('jobs', named('Job', { spec: { template } }, 'batch/v1'));
    await expect(made).rejects.toThrow(/labels\[job-name\]: Invalid value: {"batch\.kubernetes\.io\/controller-uid":"[^"]+","batch\.kubernetes\.io\/job-name":"x","controller-uid":"[^"]+","job-name":"other"}: must be 'x'/);
  });
});
