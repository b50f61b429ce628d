/** Requests as admission sees them, and other objects as plugins read them, for tests. */
import { parseGroupVersion } from '../apimachinery/types.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { requestFor } from '../registry/registry.test-util.ts';
import type { Admission, Attributes } from './interfaces.ts';
import type { Reader } from './reader.ts';

export const readerOf = (...objects: KubeObject[]): Reader => ({
  get: async (_ctx, namespace, name) => objects.find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace),
  list: async () => [...objects],
});

export function attributesOf(resource: string, object: KubeObject, rest: Partial<Attributes> = {}): Attributes {
  const gv = parseGroupVersion(object.apiVersion)!;
  const { name = '', namespace = '' } = object.metadata;
  return { operation: rest.oldObject ? 'UPDATE' : 'CREATE', kind: { ...gv, kind: object.kind }, resource: { ...gv, resource }, subresource: '', namespace, name, object, oldObject: undefined, dryRun: false, user: undefined, ...rest };
}

/** Runs a plugin's phases on a write, and answers the object as it is then. */
export async function run(plugin: Admission, attributes: Attributes): Promise<KubeObject> {
  const ctx = requestFor({ namespace: attributes.namespace });
  if (plugin.handles(attributes.operation)) {
    await plugin.admit?.(ctx, attributes);
    await plugin.validate?.(ctx, attributes);
  }
  return attributes.object!;
}
