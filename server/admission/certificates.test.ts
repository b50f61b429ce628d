import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { attributesOf, run } from './admission.test-util.ts';
import { newCertificateApproval, newCertificateSigning } from './certificates.ts';
import type { Attributes } from './interfaces.ts';

const csr = (status: object): KubeObject => ({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'c' }, spec: { signerName: 'example.com/a' }, status });
const approved = { conditions: [{ type: 'Approved', status: 'True' }] };
const authorizer: Authorizer = {
  authorize: (_ctx, { user, verb, apiGroup, resource, name }) => ({ decision: user.groups.includes(`${verb} ${apiGroup}/${resource} ${name}`) ? 'allow' : 'noOpinion', reason: '' }),
};
const update = (subresource: string, status: object, right: string) =>
  attributesOf('certificatesigningrequests', csr(status), { oldObject: csr({}), subresource, user: { name: 'alice', groups: [right] } } satisfies Partial<Attributes>);
const plugins = { approval: newCertificateApproval(authorizer), signing: newCertificateSigning(authorizer) };

test.each<[keyof typeof plugins, string, object, string]>([
  ['approval', 'approval', approved, 'approve certificates.k8s.io/signers example.com/a'],
  ['approval', 'approval', approved, 'approve certificates.k8s.io/signers example.com/*'],
  ['approval', 'status', approved, ''],
  ['signing', 'status', { certificate: 'x' }, 'sign certificates.k8s.io/signers example.com/*'],
  ['signing', 'status', {}, ''],
  ['signing', 'approval', approved, ''],
])('%s lets a write of %s %j pass with the right %j', async (plugin, subresource, status, right) => {
  await run(plugins[plugin], update(subresource, status, right));
});

test.each<[keyof typeof plugins, string, object, string, string]>([
  ['approval', 'approval', approved, 'sign certificates.k8s.io/signers example.com/a', 'approve'],
  ['approval', 'approval', {}, '', 'approve'],
  ['signing', 'status', { certificate: 'x' }, 'approve certificates.k8s.io/signers example.com/a', 'sign'],
  ['signing', 'status', { conditions: [{ type: 'Failed', status: 'True' }] }, '', 'sign'],
])('%s refuses a write of %s %j with the right %j', async (plugin, subresource, status, right, verb) => {
  await expect(run(plugins[plugin], update(subresource, status, right))).rejects.toMatchObject({
    message: `certificatesigningrequests.certificates.k8s.io "c" is forbidden: user not permitted to ${verb} requests with signerName "example.com/a"`,
    status: { code: 403 },
  });
});
