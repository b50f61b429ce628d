/**
 * Keeps the roles and bindings that RBAC decides by in step with storage.
 *
 * Upstream: the informers behind plugin/pkg/auth/authorizer/rbac (RoleGetter, RoleBindingLister and their siblings).
 */
import { everythingFields } from '../apimachinery/fields.ts';
import { everythingLabels } from '../apimachinery/labels.ts';
import type { RBACIndex } from '../authorization/rbac-source.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookup } from '../registry/lookup.ts';
import type { ListOptions } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import type { ServerConfig } from './stage.ts';

const RESOURCES = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'];
const RETRY_MS = 1000;

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

/** Resolves once everything that was there at first is known; goes on until `signal` is aborted. */
export async function followRoles(config: ServerConfig, rest: RESTProvider, index: RBACIndex, signal: AbortSignal): Promise<void> {
  await Promise.all(RESOURCES.map((resource) => new Promise<void>((synced) => void follow(resource, synced))));

  async function follow(resource: string, synced: () => void): Promise<void> {
    const { watch } = lookup(rest, 'rbac.authorization.k8s.io', resource);
    while (!signal.aborted) {
      try {
        const events = await watch(newBackgroundContext(config.tracer, 'watch', ''), WATCH_FROM_NOW);
        const stop = () => events.stop();
        signal.addEventListener('abort', stop);
        for await (const event of events) apply(event, synced);
        signal.removeEventListener('abort', stop);
      } catch (err) {
        config.log.error(err, 'watching roles', { resource });
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  function apply({ type, object }: WatchEvent, synced: () => void): void {
    if (type === 'ADDED' || type === 'MODIFIED') index.upsert(object);
    else if (type === 'DELETED') index.remove(object);
    else if (type === 'BOOKMARK') synced();
  }
}
