/**
 * Which container of a Pod a log or a stream is about.
 *
 * Upstream: pkg/registry/core/pod/strategy.go (validateContainer).
 */
import { struct, structs, text } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newBadRequest } from '../../http/status.ts';

/** Without a name it is the only one there is. */
export function validateContainer(container: string, pod: KubeObject): string {
  const { name: podName = '' } = pod.metadata;
  const spec = struct(pod, 'spec');
  const namesOf = (field: string) => structs(spec, field).map((c) => text(c, 'name'));
  const all = [...namesOf('initContainers'), ...namesOf('containers'), ...namesOf('ephemeralContainers')];
  if (container !== '') {
    if (!all.includes(container)) throw newBadRequest(`container ${container} is not valid for pod ${podName}`);
    return container;
  }
  const [only, ...others] = namesOf('containers');
  if (only === undefined) throw newBadRequest(`a container name must be specified for pod ${podName}`);
  if (others.length > 0) throw newBadRequest(`a container name must be specified for pod ${podName}, choose one of: [${all.join(' ')}]`);
  return only;
}
