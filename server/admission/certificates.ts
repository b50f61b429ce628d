/**
 * CertificateApproval and CertificateSigning: who approves or signs a request must have the right to do so for its signer.
 *
 * Upstream: plugin/pkg/admission/certificates/{approval,signing}/admission.go, pkg/registry/certificates/authorization
 * (IsAuthorizedForSignerName).
 */
import { struct, text } from '../apimachinery/access.ts';
import { deepEqual } from '../apimachinery/deep.ts';
import { quote } from '../apimachinery/quote.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import { isAllowed } from '../authorization/allowed.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import { newForbidden } from './errors.ts';
import type { Admission, Attributes } from './interfaces.ts';

const GROUP = 'certificates.k8s.io';
const RESOURCE = `certificatesigningrequests.${GROUP}`;

export function newCertificateApproval(authorizer: Authorizer): Admission {
  return newSignerCheck('CertificateApproval', 'approval', 'approve', authorizer, () => true);
}

export function newCertificateSigning(authorizer: Authorizer): Admission {
  const signed = (csr: KubeObject) => [struct(csr, 'status')['certificate'], struct(csr, 'status')['conditions']];
  return newSignerCheck('CertificateSigning', 'status', 'sign', authorizer, (csr, old) => !deepEqual(signed(csr), signed(old)));
}

function newSignerCheck(name: string, subresource: string, verb: string, authorizer: Authorizer, isMeant: (csr: KubeObject, old: KubeObject) => boolean): Admission {
  return {
    name,
    handles: (operation) => operation === 'UPDATE',
    async validate(ctx, attributes) {
      const { object, oldObject } = attributes;
      if (attributes.subresource !== subresource || formatGroupResource(attributes.resource) !== RESOURCE) return;
      if (!object || !oldObject || !isMeant(object, oldObject)) return;
      // of the stored one: nobody chooses the signer along with the approval
      const signer = text(struct(oldObject, 'spec'), 'signerName');
      if (await isAuthorizedForSigner(ctx, authorizer, attributes, verb, signer)) return;
      throw newForbidden(attributes, `user not permitted to ${verb} requests with signerName ${quote(signer)}`);
    },
  };
}

/** For this signer, or for all of its domain. */
async function isAuthorizedForSigner(ctx: RequestContext, authorizer: Authorizer, { user }: Attributes, verb: string, signer: string): Promise<boolean> {
  if (!user) return false;
  const about = { user, verb, isResourceRequest: true, path: '', namespace: '', apiGroup: GROUP, apiVersion: '*', resource: 'signers', subresource: '' };
  for (const name of [signer, `${signer.split('/', 1)[0]}/*`]) {
    if (await isAllowed(ctx, authorizer, { ...about, name })) return true;
  }
  return false;
}
