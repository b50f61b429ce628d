/** A client that follows the objects by hand: lists, watches, goes on where it was, and lists anew after a 410. */
import { setTimeout as sleep } from 'node:timers/promises';
import { collection, keyOf, versionOf } from './client.ts';
import type { Item, SoakClient } from './client.ts';

export type Seen =
  /** The whole state, by a list or by the first events of a watch. */
  | { type: 'list'; revision: number; versions: Map<string, number> }
  /** Everything up to the revision has been told. */
  | { type: 'bookmark'; revision: number }
  | Change;

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  revision: number;
  key: string;
  mark: string;
}

export interface Following {
  readonly seen: Seen[];
  /** How far it has come. */
  revision(): number;
  /** Watches that broke or ended. */
  resumed(): number;
  /** Resolves when the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** A watch that lasts so short ends before it is broken, and says two seconds before that how far it is. */
const seconds = 4;

/** `pick` says which server is asked next. */
export function newObserver(pick: () => SoakClient): Following {
  const seen: Seen[] = [];
  let revision = 0;
  let resumed = 0;

  async function list(): Promise<void> {
    const { status, body } = await pick().send('GET', collection);
    if (status !== 200) throw new Error(`the list was answered with ${status}`);
    const { metadata, items } = body as unknown as { metadata: { resourceVersion: string }; items: Item[] };
    revision = versionOf({ metadata });
    seen.push({ type: 'list', revision, versions: new Map(items.map((item) => [keyOf(item), versionOf(item)])) });
  }

  /** Whether the state has to be listed anew. */
  async function watch(signal: AbortSignal): Promise<boolean> {
    for await (const line of pick().lines(`${collection}?watch=true&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${revision}`, signal)) {
      const { type, object, kind, code } = JSON.parse(line) as { type?: Change['type'] | 'BOOKMARK' | 'ERROR'; object?: Item & { code?: number }; kind?: string; code?: number };
      if (!type || !object || type === 'ERROR' || kind === 'Status') {
        const refusal = code ?? object?.code;
        if (refusal === 410) return true;
        throw new Error(`the watch was answered with ${refusal}`);
      }
      revision = versionOf(object);
      if (type === 'BOOKMARK') seen.push({ type: 'bookmark', revision });
      else seen.push({ type, revision, key: keyOf(object), mark: object.data?.mark ?? '' });
    }
    return false;
  }

  return {
    seen,
    revision: () => revision,
    resumed: () => resumed,
    async run(signal) {
      for (let mustList = true; !signal.aborted; ) {
        try {
          if (mustList) await list();
          mustList = false;
          mustList = await watch(signal).finally(() => resumed++);
        } catch {
          await sleep(50);
        }
      }
    },
  };
}
