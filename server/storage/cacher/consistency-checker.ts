/**
 * Compares now and then what the cache holds with what etcd held at the same revision. A cache that differs is not trusted
 * with the past any more until a later check finds no difference.
 *
 * Upstream: consistencyChecker in k8s.io/apiserver/pkg/storage/cacher/delegator.go. There digests of both are compared;
 * here the two are, object by object, in smaller pages, so that nobody else waits for it.
 */
import { trace } from '@opentelemetry/api';
import type { GroupResource, KubeObject } from '../../apimachinery/types.ts';
import { newBackgroundContext } from '../../http/background.ts';
import type { Logger } from '../../observe/logger.ts';
import type { ListOptions, Storage } from '../interfaces.ts';
import { everything } from '../selection-predicate.ts';
import type { CacherMetrics } from './metrics.ts';

const consistencyCheckPeriod = 300_000;
const jitter = 0.5;
const pageSize = 500;

/** What of the cache the checker needs. */
interface CheckedCache {
  readonly isReady: boolean;
  /** Its objects in the order of keys, and the revision that they stand for. */
  state(): { objects: KubeObject[]; revision: number };
  markConsistent(consistent: boolean): void;
}

interface ConsistencyCheckerOptions {
  groupResource: GroupResource;
  /** Of all objects of the kind: `/pods/`. */
  key: string;
  cacher: CheckedCache;
  etcd: Pick<Storage, 'getList'>;
  log: Logger | undefined;
  metrics: Pick<CacherMetrics, 'consistencyCheck'> | undefined;
}

export class ConsistencyChecker {
  readonly #options: ConsistencyCheckerOptions;
  readonly #ctx = newBackgroundContext(trace.getTracer('cacher'), 'list', '');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: ConsistencyCheckerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setTimeout(async () => {
      await this.check();
      if (!this.#stopped) this.start();
    }, consistencyCheckPeriod * (1 + jitter * Math.random()));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#ctx.abort(new Error('apiserver cacher is stopped'));
  }

  async check(): Promise<void> {
    const { groupResource, cacher, log, metrics } = this.#options;
    try {
      if (!cacher.isReady) throw new Error('cache is not ready');
      const { objects, revision } = cacher.state();
      const difference = await this.#firstDifference(objects, revision);
      if (this.#stopped) return;
      if (difference) log?.error(undefined, 'Cache consistency check failed', { ...groupResource, resourceVersion: revision, ...difference });
      cacher.markConsistent(!difference);
      metrics?.consistencyCheck(difference ? 'failure' : 'success');
    } catch (err) {
      // what could not be compared says nothing
      if (this.#stopped) return;
      log?.error(err, 'Cache consistency check error', { ...groupResource });
      metrics?.consistencyCheck('error');
    }
  }

  async #firstDifference(cached: KubeObject[], revision: number): Promise<object | undefined> {
    let index = 0;
    for await (const object of this.#inEtcd(revision)) {
      const etcdItem = identify(object);
      const cacheItem = identify(cached[index]);
      if (cacheItem !== etcdItem) return { index, etcdItem, cacheItem };
      index++;
    }
    return index < cached.length ? { index, cacheItem: identify(cached[index]) } : undefined;
  }

  async *#inEtcd(revision: number): AsyncGenerator<KubeObject, void> {
    const { etcd, key } = this.#options;
    let options: ListOptions = { resourceVersion: String(revision), resourceVersionMatch: 'Exact', predicate: { ...everything, limit: pageSize } };
    for (;;) {
      const page = await etcd.getList(this.#ctx, key, options);
      yield* page.items;
      if (page.continue === '') return;
      options = { resourceVersion: '', resourceVersionMatch: '', predicate: { ...everything, limit: pageSize, continue: page.continue } };
    }
  }
}

/** What an object goes by: namespace, name, and revision. */
function identify(object: KubeObject | undefined): string | undefined {
  return object && `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}/${object.metadata.resourceVersion ?? ''}`;
}
