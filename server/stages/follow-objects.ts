/**
 * Keeps objects that the server itself goes by in step with storage: the roles and bindings of RBAC, flow schemas and
 * priority levels.
 *
 * Upstream: the informers behind plugin/pkg/auth/authorizer/rbac (RoleGetter, RoleBindingLister and their siblings) and
 * k8s.io/apiserver/pkg/util/flowcontrol.
 */
import { everythingFields } from '../apimachinery/fields.ts';
import { everythingLabels } from '../apimachinery/labels.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newBackgroundContext } from '../http/background.ts';
import { sleep } from '../http/sleep.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookup } from '../registry/lookup.ts';
import type { ListOptions } from '../registry/rest.ts';
import type { ServerConfig } from './stage.ts';

const RETRY_MS = 1000;

type Lookup = ReturnType<typeof lookup>;

const WATCH_FROM_NOW: ListOptions = {
  labelSelector: everythingLabels,
  fieldSelector: everythingFields,
  resourceVersion: '',
  resourceVersionMatch: 'NotOlderThan',
  limit: 0,
  continue: '',
  allowWatchBookmarks: true,
  sendInitialEvents: true,
  watch: true,
};

/** Is told what a watch says. */
export interface ObjectIndex {
  upsert(obj: KubeObject): void;
  remove(obj: KubeObject): void;
}

export const RBAC = { group: 'rbac.authorization.k8s.io', resources: ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'] };
export const FLOW_CONTROL = { group: 'flowcontrol.apiserver.k8s.io', resources: ['flowschemas', 'prioritylevelconfigurations'] };

/** Resolves once everything that was there at first is known, or when `signal` is aborted; until then it goes on. */
export async function followObjects(config: ServerConfig, rest: RESTProvider, { group, resources }: typeof RBAC, index: ObjectIndex, signal: AbortSignal): Promise<void> {
  await Promise.all(resources.map((resource) => new Promise<void>((synced) => void follow(resource, synced))));

  async function follow(resource: string, synced: () => void): Promise<void> {
    const { watch } = lookup(rest, group, resource);
    let known = new Map<string, KubeObject>();
    while (!signal.aborted) {
      try {
        known = await followOnce(watch, known, synced);
      } catch (err) {
        config.log.error(err, 'watching what the server goes by', { resource });
      }
      await sleep(RETRY_MS, signal);
    }
    // nobody is to wait for what will not come
    synced();
  }

  /** Answers what is known when the watch ends. What went while nobody watched is missing from the state that a new watch begins with. */
  async function followOnce(watch: Lookup['watch'], before: Map<string, KubeObject>, synced: () => void): Promise<Map<string, KubeObject>> {
    const events = await watch(newBackgroundContext(config.tracer, 'watch', ''), WATCH_FROM_NOW);
    const stop = () => events.stop();
    signal.addEventListener('abort', stop);
    const known = new Map(before);
    let missing: Map<string, KubeObject> | undefined = new Map(before);
    try {
      for await (const { type, object } of events) {
        const key = `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
        if (type === 'ADDED' || type === 'MODIFIED') {
          missing?.delete(key);
          known.set(key, object);
          index.upsert(object);
        } else if (type === 'DELETED') {
          known.delete(key);
          index.remove(object);
        } else if (type === 'BOOKMARK' && missing) {
          for (const [gone, last] of missing) {
            known.delete(gone);
            index.remove(last);
          }
          missing = undefined;
          synced();
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
    return known;
  }
}
