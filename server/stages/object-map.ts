/**
 * Objects in a Map: where the first stages keep what they are sent, before there is a registry and an etcd.
 *
 * Upstream: nothing; a server that forgets at its end is what etcd is there to prevent. Leaves out validation,
 * revisions and conflicts, which the stages from `registry` on add.
 */
import type { GroupResource, KubeObject } from '../apimachinery/types.ts';
import { newAlreadyExists, newBadRequest, newNotFound } from '../http/status.ts';
import type { WatchEvent } from '../storage/interfaces.ts';

type Listener = (event: WatchEvent) => void;

export class ObjectMap {
  readonly #resource: GroupResource;
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<Listener>();

  constructor(resource: GroupResource) {
    this.#resource = resource;
  }

  /** Cluster-wide objects have the namespace ''. */
  get(namespace: string, name: string): KubeObject {
    const found = this.#objects.get(`${namespace}/${name}`);
    if (!found) throw newNotFound(this.#resource, name);
    return found;
  }

  /** All objects of a namespace, or of all of them for '', by name. */
  list(namespace: string): KubeObject[] {
    const keys = [...this.#objects.keys()].filter((key) => namespace === '' || key.startsWith(`${namespace}/`));
    return keys.sort().map((key) => this.#objects.get(key)!);
  }

  create(namespace: string, object: KubeObject): KubeObject {
    const name: unknown = object.metadata?.name;
    if (typeof name !== 'string' || name === '') throw newBadRequest('metadata.name is required');
    const key = `${namespace}/${name}`;
    if (this.#objects.has(key)) throw newAlreadyExists(this.#resource, name);
    // two objects of one name, one after the other, are not the same
    const kept = { ...object, metadata: { ...object.metadata, ...(namespace && { namespace }), uid: crypto.randomUUID() } };
    this.#objects.set(key, kept);
    this.#tell({ type: 'ADDED', object: kept });
    return kept;
  }

  delete(namespace: string, name: string): KubeObject {
    const last = this.get(namespace, name);
    this.#objects.delete(`${namespace}/${name}`);
    this.#tell({ type: 'DELETED', object: last });
    return last;
  }

  /** Calls back at every change from now on, until the function that it returns is called. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event: WatchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
