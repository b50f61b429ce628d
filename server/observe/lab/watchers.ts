/**
 * Which clients watch what, and what each of them has seen: the registry's storages, looked at from outside. Leaves out
 * what the server watches itself.
 *
 * Upstream shows numbers alone: apiserver_longrunning_requests, apiserver_registered_watchers.
 */
import type { ServerResponse } from 'node:http';
import { formatGroupResource } from '../../apimachinery/types.ts';
import type { GroupResource } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import type { Storage, Watch, WatchEvent } from '../../storage/interfaces.ts';
import type { LabWatcher } from './messages.ts';

export class Watchers {
  readonly #watching = new Set<LabWatcher>();
  readonly #answers: Iterable<ServerResponse>;
  readonly #revision: () => number;
  readonly #changed: () => void;

  /** `answers` are those under way; `revision` is etcd's. */
  constructor(answers: Iterable<ServerResponse>, revision: () => number, changed: () => void) {
    this.#answers = answers;
    this.#revision = revision;
    this.#changed = changed;
  }

  list(): LabWatcher[] {
    return [...this.#watching].map((watcher) => ({ ...watcher }));
  }

  /** The same storage, whose watches are seen. */
  readonly observe = (storage: Storage, resource: GroupResource): Storage =>
    new Proxy(storage, {
      get: (target, name) => {
        if (name === 'watch') return async (...args: Parameters<Storage['watch']>) => this.#observed(await target.watch(...args), args, resource);
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (...args: unknown[]): unknown => Reflect.apply(member, target, args) : member;
      },
    });

  #observed(watch: Watch, [ctx, key, { resourceVersion }]: Parameters<Storage['watch']>, resource: GroupResource): Watch {
    const client = this.#clientOf(ctx);
    // the server's own
    if (!client) return watch;
    const watcher: LabWatcher = { ...client, resource: formatGroupResource(resource), key, seen: Number(resourceVersion) || this.#revision() };
    this.#watching.add(watcher);
    this.#changed();
    const gone = () => {
      if (this.#watching.delete(watcher)) this.#changed();
    };
    const saw = ({ object }: WatchEvent) => {
      watcher.seen = Math.max(watcher.seen, Number(object.metadata?.resourceVersion) || 0);
      this.#changed();
    };
    return {
      stop() {
        gone();
        watch.stop();
      },
      ...(watch.requestProgress && { requestProgress: () => watch.requestProgress?.() }),
      async *[Symbol.asyncIterator]() {
        try {
          for await (const event of watch) {
            // it is written before the next one is asked for
            saw(event);
            yield event;
          }
        } finally {
          gone();
        }
      },
    };
  }

  /** The request behind a watch, by the id that its answer carries. */
  #clientOf({ auditID }: RequestContext): Pick<LabWatcher, 'id' | 'agent'> | undefined {
    for (const res of this.#answers) {
      if (auditID === '' || res.getHeader('Audit-Id') !== auditID) continue;
      const { traceparent = '', 'user-agent': agent = '' } = res.req.headers;
      return { id: String(traceparent).split('-')[1] ?? auditID, agent: agent.split(/[/ ]/)[0] ?? '' };
    }
    return undefined;
  }
}
