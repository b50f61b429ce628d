/**
 * Two served versions of one kind, kept as one: how the objects of a version become those that are stored, and back.
 *
 * Upstream: the conversions that a runtime.Scheme knows, through an internal version. Here the stored version stands
 * in for the internal one.
 */
import type { GroupResource, GroupVersion, KubeObject } from '../../apimachinery/types.ts';

export interface Conversion {
  /** Where the objects are stored. */
  storage: GroupVersion & GroupResource;
  /** Neither changes what it is given. */
  toStorage(obj: KubeObject): KubeObject;
  fromStorage(obj: KubeObject): KubeObject;
  /** The stored version's name of a selectable field. */
  field(name: string): string;
  /** Objects are checked as the version that they came in, by rules of its own. */
  validatedAsServed: boolean;
}
