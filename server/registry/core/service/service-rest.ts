/**
 * Services, with the addresses and ports that they are given before they are written, and give back when they go.
 *
 * Upstream: pkg/registry/core/service/storage/storage.go (REST: beginCreate, beginUpdate, afterDelete).
 */
import { deepCopy } from '../../../apimachinery/deep.ts';
import { generateName } from '../../../apimachinery/generate-name.ts';
import type { KubeObject } from '../../../apimachinery/types.ts';
import type { RequestContext } from '../../../http/context.ts';
import { isNotFound } from '../../../http/status.ts';
import type { RESTStorage } from '../../rest.ts';
import type { Store } from '../../store.ts';
import { withRequest } from '../with-request.ts';
import { allocate, heldBy, release } from './allocators.ts';
import type { Allocators, Taken } from './allocators.ts';
import { asService } from './service.ts';
import { dropTypeDependentFields, normalizeClusterIPs, patchAllocatedValues } from './update-fields.ts';

const nothingTaken = (): Taken => ({ clusterIPs: [], nodePorts: [] });

export function newServiceREST(rest: RESTStorage, store: Store, allocators: Allocators): RESTStorage {
  return {
    ...rest,
    async create(ctx, obj, validate, options) {
      const service = asService(obj);
      const { metadata } = service;
      // an address is given to a name
      if (metadata.generateName && !metadata.name) metadata.name = generateName(metadata.generateName);
      const taken = nothingTaken();
      return orGiveBack(ctx, taken, async () => {
        normalizeClusterIPs(service.spec, undefined);
        await allocate(ctx, allocators, service, undefined, options.dryRun, taken);
        return store.create(ctx, service, validate, options);
      });
    },

    async update(ctx, name, info, validateCreate, validateUpdate, options) {
      const taken = nothingTaken();
      let before = nothingTaken();
      const allocating = {
        ...(info.preconditions && { preconditions: info.preconditions }),
        async updatedObject(ctx: RequestContext, live: KubeObject | undefined) {
          // a conflict runs this again, from another state
          await release(ctx, allocators, drain(taken));
          const service = asService(await info.updatedObject(ctx, live));
          const old = live && asService(deepCopy(live));
          before = old ? heldBy(old) : nothingTaken();
          if (old) patchAllocatedValues(service.spec, old.spec);
          normalizeClusterIPs(service.spec, old?.spec);
          await allocate(ctx, allocators, service, old, options.dryRun, taken);
          if (old) dropTypeDependentFields(service.spec, old.spec);
          return service;
        },
      };
      return orGiveBack(ctx, taken, async () => {
        const answer = await store.update(ctx, name, allocating, validateCreate, validateUpdate, options);
        if (!options.dryRun) await release(ctx, allocators, without(before, isGone(answer.object) ? nothingTaken() : heldBy(asService(answer.object))));
        return answer;
      });
    },

    async delete(ctx, name, validate, options) {
      const answer = await store.delete(ctx, name, validate, options);
      if (answer.deleted && !options.dryRun && 'spec' in answer.object) await release(ctx, allocators, heldBy(asService(answer.object)));
      return answer;
    },

    async deleteCollection(ctx, validate, options, listOptions) {
      const list = await store.deleteCollection(ctx, validate, options, listOptions);
      if (!options.dryRun) for (const item of list.items) await releaseIfGone(ctx, item);
      return list;
    },
  };

  async function orGiveBack<T>(ctx: RequestContext, taken: Taken, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (err) {
      await release(ctx, allocators, drain(taken));
      throw err;
    }
  }

  /** A finalizer may keep what a collection's deletion has met. */
  async function releaseIfGone(ctx: RequestContext, item: KubeObject): Promise<void> {
    const { name = '', namespace = '' } = item.metadata;
    try {
      await store.get(withRequest(ctx, 'get', namespace), name, { resourceVersion: '' });
    } catch (err) {
      if (!isNotFound(err)) throw err;
      await release(ctx, allocators, heldBy(asService(item)));
    }
  }
}

/** An update may take the last finalizer of what was deleted. */
function isGone({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

function drain(taken: Taken): Taken {
  return { clusterIPs: taken.clusterIPs.splice(0), nodePorts: taken.nodePorts.splice(0) };
}

function without(before: Taken, after: Taken): Taken {
  return { clusterIPs: before.clusterIPs.filter((ip) => !after.clusterIPs.includes(ip)), nodePorts: before.nodePorts.filter((port) => !after.nodePorts.includes(port)) };
}
