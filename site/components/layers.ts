/**
 * The layers of the server: one name, one colour, one mark each, the same in the map, the trace, the excerpts and the
 * diagrams. Which layer a line of code belongs to is decided by its folder. Colours live in styles/layers.css.
 */
export interface Layer {
  id: LayerId;
  name: string;
  /** Two letters, so that colour is never the only sign. */
  mark: string;
  /** What it does, in a line: the map's titles and the screen reader's words. */
  does: string;
  /** Paths from the project's root; the longest match decides. */
  folders: string[];
}

export type LayerId = 'socket' | 'filters' | 'mux' | 'handler' | 'admission' | 'registry' | 'storage' | 'etcd' | 'cacher' | 'client';

export const layers: readonly Layer[] = [
  { id: 'socket', name: 'Socket', mark: 'So', does: 'takes the connection, gives each request its context', folders: ['server/http/', 'server/node/', 'server/observe/'] },
  {
    id: 'filters',
    name: 'Filters',
    mark: 'Fi',
    does: 'ask who, whether, and when',
    folders: ['server/filters/', 'server/authentication/', 'server/authorization/', 'server/flowcontrol/', 'server/audit/'],
  },
  { id: 'mux', name: 'Mux', mark: 'Mx', does: 'finds the handler for a path', folders: ['server/mux/', 'server/aggregation/', 'server/extensions/'] },
  { id: 'handler', name: 'Handler', mark: 'Ha', does: 'turns bytes into an object and a verb into a call', folders: ['server/endpoints/', 'server/apimachinery/', 'server/stages/'] },
  { id: 'admission', name: 'Admission', mark: 'Ad', does: 'changes the object, or refuses it', folders: ['server/admission/'] },
  { id: 'registry', name: 'Registry', mark: 'Re', does: 'knows what each resource does differently', folders: ['server/registry/'] },
  { id: 'storage', name: 'Storage', mark: 'St', does: 'turns an object into a key, bytes and a transaction', folders: ['server/storage/'] },
  {
    id: 'etcd',
    name: 'etcd',
    mark: 'Et',
    does: 'keeps every revision, in order',
    folders: ['server/storage/etcd/client.ts', 'server/storage/etcd/rpc.ts', 'server/storage/etcd/embedded', 'server/storage/etcd/engine', 'server/storage/etcd/mvcc', 'server/node/etcd'],
  },
  { id: 'cacher', name: 'Watch cache', mark: 'Wc', does: 'remembers what just happened, and tells it once for all', folders: ['server/storage/cacher/'] },
  { id: 'client', name: 'Watchers', mark: 'Wa', does: 'see every change, in order', folders: ['server/client/'] },
];

const byId = new Map(layers.map((layer) => [layer.id as string, layer]));

export function layer(id: string): Layer {
  const found = byId.get(id);
  if (!found) throw new Error(`unknown layer "${id}": layers are ${[...byId.keys()].join(', ')}`);
  return found;
}

/** The layer that a file belongs to; undefined for files that are no part of the server's path. */
export function layerOf(file: string): Layer | undefined {
  let best: Layer | undefined;
  let length = 0;
  for (const candidate of layers) {
    for (const folder of candidate.folders) {
      if (file.startsWith(folder) && folder.length > length) [best, length] = [candidate, folder.length];
    }
  }
  return best;
}
