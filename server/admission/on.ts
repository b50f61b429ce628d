/** Which requests a plugin cares about, and what it may change. */
import type { Fields } from '../apimachinery/access.ts';
import { struct } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { Attributes } from './interfaces.ts';

/** Whether a write is about objects of this resource (`pods`, `storageclasses.storage.k8s.io`) themselves, and brings one. */
export function isAbout(attributes: Attributes, resource: string): attributes is Attributes & { object: NonNullable<Attributes['object']> } {
  return attributes.subresource === '' && attributes.object !== undefined && formatGroupResource(attributes.resource) === resource;
}

/** The object's spec, to be changed: its own copy, since an update may share it with what is stored. */
export function ownSpec(obj: KubeObject): Fields {
  const spec = { ...struct(obj, 'spec') };
  obj['spec'] = spec;
  return spec;
}
