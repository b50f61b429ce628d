/**
 * Rows of what nodes and their devices are described by, and of leases.
 *
 * Upstream: pkg/printers/internalversion/printers.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { at, list, text } from './fields.ts';
import type { Cells } from './format.ts';

function claimState(claim: KubeObject): string {
  const deleted = Boolean(claim.metadata.deletionTimestamp);
  const states = deleted ? ['deleted'] : [];
  if (at(claim, 'status.allocation')) states.push('allocated', ...(list(claim, 'status.reservedFor').length > 0 ? ['reserved'] : []));
  else if (!deleted) states.push('pending');
  return states.join(',');
}

const nameAndAge: Cells = (_obj, { name, age }) => [name, age];

export const nodeCells: Record<string, Cells> = {
  'leases.coordination.k8s.io': (obj, { name, age }) => [name, text(obj, 'spec.holderIdentity'), age],
  'runtimeclasses.node.k8s.io': (obj, { name, age }) => [name, text(obj, 'handler'), age],
  'deviceclasses.resource.k8s.io': nameAndAge,
  'resourceclaims.resource.k8s.io': (obj, { name, age }) => [name, claimState(obj), age],
  'resourceclaimtemplates.resource.k8s.io': nameAndAge,
  'resourceslices.resource.k8s.io': (obj, { name, age }) => [name, text(obj, 'spec.nodeName'), text(obj, 'spec.driver'), text(obj, 'spec.pool.name'), age],
};
