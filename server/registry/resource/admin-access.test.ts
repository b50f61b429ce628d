import { expect, it } from 'vitest';
import { newTestRegistry } from '../registry.test-util.ts';

const registry = newTestRegistry();
const devices = { requests: [{ name: 'r', exactly: { deviceClassName: 'c', adminAccess: true } }] };
const claim = (namespace: string) => ({ apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'c', namespace }, spec: { devices } });
const template = (namespace: string) => ({ ...claim(namespace), kind: 'ResourceClaimTemplate', spec: { spec: { devices } } });
const namespace = (name: string, labels: Record<string, string> = {}) => registry.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

it('is for namespaces that are labelled', async () => {
  await namespace('plain');
  await namespace('admin', { 'resource.kubernetes.io/admin-access': 'true' });
  expect(await registry.create('resourceclaims', claim('admin'))).toMatchObject({ spec: { devices: { requests: [{ exactly: { adminAccess: true } }] } } });
  const why = 'spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace';
  await expect(registry.create('resourceclaims', claim('plain'))).rejects.toThrow(`ResourceClaim.resource.k8s.io "c" is invalid: ${why}`);
  await expect(registry.create('resourceclaimtemplates', template('plain'))).rejects.toThrow(why);
});
