/**
 * What a kubelet may write that has its node's name: its lease, what it says of CSI and of devices, its certificate
 * requests.
 *
 * Upstream: admitLease, admitCSINode, admitResourceSlice and admitCSR of plugin/pkg/admission/noderestriction/admission.go.
 */
import { struct, text } from '../apimachinery/access.ts';
import { requestCommonName } from '../apimachinery/validation/certificates-v1/pem.ts';
import type { Attributes } from './interfaces.ts';

const LEASE_NAMESPACE = 'kube-node-lease';
const KUBELET_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

/** The name of what is written; of what is made, the one that it says. */
const nameOf = ({ operation, object, name }: Attributes) => (operation === 'CREATE' ? object?.metadata.name : name);

export function admitLease(nodeName: string, attributes: Attributes): string | undefined {
  if (attributes.namespace !== LEASE_NAMESPACE) return `can only access leases in the "${LEASE_NAMESPACE}" system namespace`;
  return nameOf(attributes) === nodeName ? undefined : 'can only access node lease with the same name as the requesting node';
}

export function admitCSINode(nodeName: string, attributes: Attributes): string | undefined {
  return nameOf(attributes) === nodeName ? undefined : 'can only access CSINode with the same name as the requesting node';
}

export function admitResourceSlice(nodeName: string, { operation, object, oldObject }: Attributes): string | undefined {
  const slice = operation === 'CREATE' ? object : operation === 'DELETE' ? oldObject : undefined;
  if (!slice || struct(slice, 'spec')['nodeName'] === nodeName) return undefined;
  return `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`;
}

export function admitRequest(nodeName: string, { operation, object }: Attributes): string | undefined {
  if (operation !== 'CREATE' || !object) return undefined;
  const spec = struct(object, 'spec');
  if (!KUBELET_SIGNERS.includes(text(spec, 'signerName'))) return undefined;
  try {
    if (requestCommonName(text(spec, 'request')) === `system:node:${nodeName}`) return undefined;
  } catch (err) {
    return `unable to parse csr: ${err instanceof Error ? err.message : String(err)}`;
  }
  return `can only create a node CSR with CN=system:node:${nodeName}`;
}
