/**
 * Objects that the server cannot do without.
 *
 * Upstream: MandatoryFlowSchemas, MandatoryPriorityLevelConfigurations of pkg/apis/flowcontrol/internalbootstrap.
 */
import { struct } from '../../access.ts';
import type { Fields } from '../../access.ts';
import type { KubeObject } from '../../types.ts';

/** The spec that an object of this name must have, if it is one of these. */
export function mandatorySpec(objects: KubeObject[] = [], name: string): Fields | undefined {
  const found = ['exempt', 'catch-all'].includes(name) && objects.find((o) => o.metadata.name === name);
  return found ? struct(found, 'spec') : undefined;
}
