/**
 * All containers of a pod, with where they are.
 *
 * Upstream: VisitContainersWithPath of pkg/apis/core/pods/helpers.go.
 */
import { structs } from '../../access.ts';
import type { Fields } from '../../access.ts';
import type { Path } from '../../field.ts';

const lists = ['initContainers', 'containers', 'ephemeralContainers'];

export function containersOf(spec: Fields, path: Path): [container: Fields, path: Path][] {
  return lists.flatMap((list) => structs(spec, list).map((container, i): [Fields, Path] => [container, path.child(list).index(i)]));
}
