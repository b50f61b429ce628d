/** A client that follows the objects as an informer does: lists, watches, goes on where it was, and lists anew after a 410. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SoakClient } from './client.ts';

export type Seen =
  | { type: 'list'; revision: number; versions: Map<string, number> }
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; revision: number; key: string };

interface Item {
  metadata: { namespace: string; name: string; resourceVersion: string };
}

const collection = '/api/v1/namespaces/default/configmaps';
const keyOf = ({ metadata }: Item) => `${metadata.namespace}/${metadata.name}`;

export class Observer {
  readonly seen: Seen[] = [];
  /** What it has come to. */
  revision = 0;
  /** Watches that broke or ended. */
  resumed = 0;
  readonly #client: SoakClient;
  readonly #stopped = new AbortController();

  constructor(client: SoakClient) {
    this.#client = client;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async run(): Promise<void> {
    let mustList = true;
    while (!this.#stopped.signal.aborted) {
      try {
        if (mustList) await this.#list();
        mustList = await this.#watch().finally(() => this.resumed++);
      } catch {
        await sleep(50);
      }
    }
  }

  async #list(): Promise<void> {
    const { status, body } = await this.#client.send('GET', collection);
    if (status !== 200) throw new Error(`the list was answered with ${status}`);
    const { metadata, items } = body as unknown as { metadata: { resourceVersion: string }; items: Item[] };
    this.revision = Number(metadata.resourceVersion);
    this.seen.push({ type: 'list', revision: this.revision, versions: new Map(items.map((item) => [keyOf(item), Number(item.metadata.resourceVersion)])) });
  }

  /** Whether the state has to be listed anew. */
  async #watch(): Promise<boolean> {
    for await (const line of this.#client.lines(`${collection}?watch=true&allowWatchBookmarks=true&resourceVersion=${this.revision}`, this.#stopped.signal)) {
      const { type, object, kind, code } = JSON.parse(line) as { type?: string; object?: Item & { code?: number }; kind?: string; code?: number };
      if (kind === 'Status' || type === 'ERROR') {
        const refusal = code ?? object?.code;
        if (refusal === 410) return true;
        throw new Error(`the watch was answered with ${refusal}`);
      }
      this.revision = Number(object!.metadata.resourceVersion);
      if (type !== 'BOOKMARK') this.seen.push({ type: type as 'ADDED', revision: this.revision, key: keyOf(object!) });
    }
    return false;
  }
}
