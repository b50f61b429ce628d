import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { pod } from '../registry/registry.test-util.ts';
import { attributesOf, readerOf, run } from './admission.test-util.ts';
import { newServiceAccount } from './service-account.ts';

const account = (name: string, fields: object = {}, annotations: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'ns', annotations: { ...annotations } }, ...fields });
const accounts = readerOf(
  account('default'),
  account('quiet', { automountServiceAccountToken: false, imagePullSecrets: [{ name: 'reg' }] }),
  account('strict', { automountServiceAccountToken: false, secrets: [{ name: 'ok' }] }, { 'kubernetes.io/enforce-mountable-secrets': 'true' }),
);
const plugin = newServiceAccount(accounts);
const admit = (obj: KubeObject) => run(plugin, attributesOf('pods', obj));
const secretEnv = (name: string) => [{ name: 'app', image: 'x', env: [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }] }];

test('runs a Pod as the default account, its token mounted in every container', async () => {
  const { spec } = (await admit(pod('p', { initContainers: [{ name: 'init', image: 'x' }] }))) as KubeObject & { spec: { volumes: { name: string }[] } };
  const mount = { name: spec.volumes[0]?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  expect(spec).toMatchObject({
    serviceAccountName: 'default',
    serviceAccount: 'default',
    initContainers: [{ volumeMounts: [mount] }],
    containers: [{ volumeMounts: [mount] }],
    volumes: [{ name: expect.stringMatching(/^kube-api-access-.{5}$/), projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }, { configMap: { name: 'kube-root-ca.crt' } }, { downwardAPI: {} }] } }],
  });
});

test('leaves a container alone that mounts something there', async () => {
  const own = { name: 'mine', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const { spec } = await admit(pod('p', { containers: [{ name: 'app', image: 'x', volumeMounts: [own] }] }));
  expect(spec).toMatchObject({ containers: [{ volumeMounts: [own] }] });
  expect(spec).not.toHaveProperty('volumes');
});

test("takes over the account's pull secrets, and its wish for no token", async () => {
  const { spec } = await admit(pod('p', { serviceAccountName: 'quiet' }));
  expect(spec).toMatchObject({ imagePullSecrets: [{ name: 'reg' }] });
  expect(spec).not.toHaveProperty('volumes');
});

test.each([
  ['an account that is not there', pod('p', { serviceAccountName: 'none' }), 'pods "p" is forbidden: error looking up service account ns/none: serviceaccount "none" not found'],
  ['a secret that its account does not have', pod('p', { serviceAccountName: 'strict', containers: secretEnv('no') }), 'pods "p" is forbidden: container app with envVar E referencing secret.secretName="no" is not allowed because service account strict does not reference that secret'],
  ['a volume of such a secret', pod('p', { serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'no' } }] }), 'pods "p" is forbidden: volume with secret.secretName="no" is not allowed because service account strict does not reference that secret'],
  ['pulling with another secret', pod('p', { serviceAccountName: 'strict', imagePullSecrets: [{ name: 'no' }] }), 'pods "p" is forbidden: imagePullSecrets[0].name="no" is not allowed because service account strict does not reference that imagePullSecret'],
  ['a mirror Pod with an account', pod('p', { serviceAccountName: 'default' }, { annotations: { 'kubernetes.io/config.mirror': 'x' } }), 'pods "p" is forbidden: a mirror pod may not reference service accounts'],
  ['a mirror Pod with a secret', pod('p', { containers: secretEnv('ok') }, { annotations: { 'kubernetes.io/config.mirror': 'x' } }), 'pods "p" is forbidden: a mirror pod may not reference secrets'],
])('refuses %s', async (_what, obj, message) => {
  await expect(admit(obj)).rejects.toMatchObject({ message, status: { code: 403 } });
});

test('lets an account that enforces it use its own secrets', async () => {
  expect(await admit(pod('p', { serviceAccountName: 'strict', containers: secretEnv('ok') }))).toMatchObject({ spec: { serviceAccountName: 'strict' } });
});

test('holds ephemeral containers to the same', async () => {
  const debugged = pod('p', { serviceAccountName: 'strict', ephemeralContainers: secretEnv('no') });
  const asked = run(plugin, attributesOf('pods', debugged, { oldObject: pod('p'), subresource: 'ephemeralcontainers' }));
  await expect(asked).rejects.toThrow('ephemeral container app with envVar E');
});
