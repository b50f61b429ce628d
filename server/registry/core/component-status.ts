/**
 * ComponentStatus says how etcd, the scheduler and the controller manager fare: asked on each request, stored nowhere.
 *
 * Upstream: pkg/registry/core/componentstatus. Leaves out the scheduler and the controller manager, which upstream asks
 * at their ports on its own host.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { newNotFound } from '../../http/status.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import type { RequestContext } from '../../http/context.ts';

/** A component by name, and a check that throws where it is unwell. */
export type Servers = Record<string, (ctx: RequestContext) => Promise<void>>;

export function newComponentStatusREST(servers: Servers, table: TableConvertor): RESTStorage {
  return {
    namespaced: false,
    table,
    async get(ctx, name) {
      const check = Object.hasOwn(servers, name) ? servers[name] : undefined;
      if (!check) throw newNotFound({ group: '', resource: 'componentstatus' }, name);
      return componentStatus(ctx, name, check);
    },
    async list(ctx, { labelSelector, fieldSelector }) {
      const all = await Promise.all(Object.entries(servers).map(([name, check]) => componentStatus(ctx, name, check)));
      const items = all.filter(({ metadata: { name = '' } }) => labelSelector.matches({}) && fieldSelector.matches({ 'metadata.name': name }));
      return { kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items };
    },
  };
}

async function componentStatus(ctx: RequestContext, name: string, check: Servers[string]): Promise<KubeObject> {
  const condition = await check(ctx).then(
    () => ({ type: 'Healthy', status: 'True', message: 'ok' }),
    (err: unknown) => ({ type: 'Healthy', status: 'False', error: err instanceof Error ? err.message : String(err) }),
  );
  return { kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name }, conditions: [condition] };
}
