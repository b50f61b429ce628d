import { expect, test } from 'vitest';
import { fieldElement } from './fieldpath/path-element.ts';
import { newSet, paths } from './fieldpath/set.ts';
import { resetFieldsFilter } from './reset-fields.ts';

const pathOf = (text: string) => text.split('.').map(fieldElement);
const all = ['metadata.labels.a', 'metadata.ownerReferences', 'spec.replicas', 'spec.ephemeralContainers.x', 'status.conditions', 'status.certificate'];
const none: string[] = [];

test.each([
  ['Pod', '', '', ['status']],
  ['Pod', '', 'status', ['spec', 'metadata.ownerReferences']],
  ['Pod', '', 'ephemeralcontainers', ['metadata', 'status', 'spec.replicas']],
  ['Deployment', 'apps', 'status', ['spec', 'metadata.labels']],
  ['FlowSchema', 'flowcontrol.apiserver.k8s.io', 'status', ['spec', 'metadata']],
  ['CertificateSigningRequest', 'certificates.k8s.io', '', ['spec', 'status']],
  ['CertificateSigningRequest', 'certificates.k8s.io', 'approval', ['spec', 'status.certificate']],
  ['Namespace', '', 'finalize', ['status']],
  ['ConfigMap', '', '', none],
  ['Scale', 'autoscaling', 'scale', none],
])('%s.%s/%s cannot set %j', (kind, group, subresource, reset) => {
  const set = newSet(...all.map(pathOf));
  const filtered = resetFieldsFilter({ group, version: 'v1', kind }, subresource)?.(set) ?? set;
  const left = [...paths(filtered)].map((path) => path.map((element) => element.slice(2)).join('.'));
  expect(left.sort()).toEqual(all.filter((path) => !reset.some((gone) => path.startsWith(gone))).sort());
});
