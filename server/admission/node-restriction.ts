/**
 * NodeRestriction: a kubelet writes only what is its own: its Node, the Pods on it, and what these need.
 *
 * Upstream: plugin/pkg/admission/noderestriction/admission.go, with the feature gates that are on by default.
 */
import { quote } from '../apimachinery/quote.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { nodeIdentity } from '../authorization/nodes/node-authorizer.ts';
import type { RequestContext } from '../http/context.ts';
import { newForbidden } from './errors.ts';
import type { Admission, Attributes } from './interfaces.ts';
import { admitClaim } from './node-restriction-claim.ts';
import { admitNode } from './node-restriction-node.ts';
import { admitCSINode, admitLease, admitRequest, admitResourceSlice } from './node-restriction-objects.ts';
import { newPodRestriction } from './node-restriction-pod.ts';
import { newTokenRestriction } from './node-restriction-token.ts';
import type { Reader } from './reader.ts';

export interface NodeRestrictionReaders {
  pods: Reader;
  nodes: Reader;
  claims: Reader;
  volumes: Reader;
  csiDrivers: Reader;
}

/** Answers why the node must not do it; undefined where it may. */
export type Restriction = (nodeName: string, attributes: Attributes, ctx: RequestContext) => Promise<string | undefined> | string | undefined;

export function newNodeRestriction(readers: NodeRestrictionReaders, authorizer: Authorizer): Admission {
  const restrictions: Record<string, Restriction> = {
    pods: newPodRestriction(readers),
    nodes: admitNode,
    persistentvolumeclaims: admitClaim,
    serviceaccounts: newTokenRestriction(readers, authorizer),
    'podcertificaterequests.certificates.k8s.io': () => 'PodCertificateRequest feature gate is disabled',
    'leases.coordination.k8s.io': admitLease,
    'csinodes.storage.k8s.io': admitCSINode,
    'resourceslices.resource.k8s.io': admitResourceSlice,
    'certificatesigningrequests.certificates.k8s.io': admitRequest,
  };
  return {
    name: 'NodeRestriction',
    handles: (operation) => operation !== 'CONNECT',
    async admit(ctx, attributes) {
      const { user } = attributes;
      const nodeName = user && nodeIdentity(user);
      if (nodeName === undefined) return;
      if (nodeName === '') throw newForbidden(attributes, `could not determine node from user ${quote(user?.name ?? '')}`);
      const refusal = await restrictions[formatGroupResource(attributes.resource)]?.(nodeName, attributes, ctx);
      if (refusal !== undefined) throw newForbidden(attributes, refusal);
    },
  };
}
