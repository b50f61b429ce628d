/**
 * All containers of a pod, with where they are.
 *
 * Upstream: VisitContainersWithPath of pkg/apis/core/pods/helpers.go.
 */
import { structs } from '../../access.ts';
import type { Fields } from '../../access.ts';
import type { Path } from '../../field.ts';

const lists = ['initContainers', 'containers', 'ephemeralContainers'];

export type Container = [container: Fields, path: Path];

export function containersOf(spec: Fields, path: Path): Container[] {
  return lists.flatMap((list) => {
    const at = path.child(list);
    return structs(spec, list).map((container, i): Container => [container, at.index(i)]);
  });
}
