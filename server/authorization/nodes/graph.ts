/**
 * What belongs to which node: an edge leads from what is needed (a secret) to what needs it (a pod), and at last to a
 * node. An edge that knows the node at its end is not followed for another one.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/graph.go. Leaves out the index of destinations: an edge here keeps its own.
 */
export type VertexType = 'configmap' | 'resourceslice' | 'node' | 'pod' | 'pvc' | 'pv' | 'resourceclaim' | 'secret' | 'volumeattachment' | 'serviceAccount';

/** `secret:ns/name` */
type Vertex = string;

export const vertex = (type: VertexType, namespace: string, name: string): Vertex => `${type}:${namespace}/${name}`;

export class Graph {
  /** The destination of each edge, by where it starts and where it leads; undefined for an edge that leads to any. */
  readonly #out = new Map<Vertex, Map<Vertex, Vertex | undefined>>();
  readonly #in = new Map<Vertex, Set<Vertex>>();

  addEdge(from: Vertex, to: Vertex, destination?: Vertex): void {
    getOrCreate(this.#out, from, () => new Map<Vertex, Vertex | undefined>()).set(to, destination);
    getOrCreate(this.#in, to, () => new Set<Vertex>()).add(from);
  }

  /** Removes what a vertex leads to, and what leads to it. */
  deleteVertex(gone: Vertex): void {
    for (const to of this.#out.get(gone)?.keys() ?? []) this.#forget(this.#in, to, gone);
    for (const from of this.#in.get(gone) ?? []) this.#forget(this.#out, from, gone);
    this.#out.delete(gone);
    this.#in.delete(gone);
  }

  #forget(edges: Map<Vertex, { delete(key: Vertex): boolean; readonly size: number }>, at: Vertex, gone: Vertex): void {
    const others = edges.get(at);
    others?.delete(gone);
    if (others?.size === 0) edges.delete(at);
  }

  hasPath(from: Vertex, node: Vertex): boolean {
    const seen = new Set<Vertex>();
    const stack = [from];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      for (const [to, destination] of this.#out.get(at) ?? []) {
        if (destination === node) return true;
        if (destination === undefined) stack.push(to);
      }
    }
    return false;
  }

  /** How many vertices there are, for the test that none is left behind. */
  get size(): number {
    return new Set([...this.#out.keys(), ...this.#in.keys()]).size;
  }
}

function getOrCreate<V>(map: Map<Vertex, V>, key: Vertex, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
