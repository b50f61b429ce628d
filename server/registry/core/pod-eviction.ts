/**
 * Eviction deletes a Pod if the disruption budgets that guard it allow that; `kubectl drain` asks for it.
 *
 * Upstream: pkg/registry/core/pod/storage/eviction.go (EvictionREST). A budget is checked inside its own update, so
 * that a conflict checks it again; upstream reads it anew with pauses between.
 */
import { struct, strings, structs, text } from '../../apimachinery/access.ts';
import { deepCopy } from '../../apimachinery/deep.ts';
import { invalid, newPath } from '../../apimachinery/field.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { parseDeleteOptions } from '../../endpoints/options.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { isConflict, newBadRequest, newConflict, newInvalid } from '../../http/status.ts';
import type { Preconditions } from '../../storage/interfaces.ts';
import type { DeleteOptions, RESTStorage, TableConvertor } from '../rest.ts';
import type { Store } from '../store.ts';
import { withPodCondition } from './pod-conditions.ts';
import { budgetsOf, checkAndDecrement, stillProcessed, tooManyDisruptions } from './pod-disruption.ts';
import { success } from './success.ts';

const ATTEMPTS = 20;
const nothing = async () => undefined;

/** `pods` and `budgets` write the status of what they hold. */
export function newEvictionREST(pods: Store, budgets: Store, table: TableConvertor): RESTStorage {
  return {
    namespaced: true,
    acceptedVersions: ['v1beta1'],
    table,
    async create(ctx, eviction, validate, { dryRun }) {
      const { name } = requestInfoFrom(ctx);
      if (name !== eviction.metadata.name) throw newBadRequest('name in URL does not match name in Eviction object');
      const options = deleteOptionsOf(eviction, dryRun);
      await validate(ctx, eviction);
      const pod = await evictWithoutBudget(ctx, name, options);
      return pod ? evictWithinBudget(ctx, pod, options) : success();
    },
  };

  /** Answers the Pod where budgets have a say; where they have none it is deleted. */
  async function evictWithoutBudget(ctx: RequestContext, name: string, options: DeleteOptions): Promise<KubeObject | undefined> {
    const asked = options.preconditions?.resourceVersion;
    for (let attempt = 1; ; attempt++) {
      const pod = await pods.get(ctx, name, { resourceVersion: '' });
      if (!canIgnoreBudget(pod)) return pod;
      const pending = text(struct(pod, 'status'), 'phase') === 'Pending' && !pod.metadata.deletionTimestamp;
      try {
        await addConditionAndDelete(ctx, name, pending && asked === undefined ? unchangedSince(pod, options) : options);
        return undefined;
      } catch (err) {
        if (asked !== undefined || attempt === ATTEMPTS || !isConflict(err)) throw err;
      }
    }
  }

  async function evictWithinBudget(ctx: RequestContext, pod: KubeObject, options: DeleteOptions): Promise<KubeObject> {
    const name = pod.metadata.name ?? '';
    const [budget, ...others] = await budgetsOf(ctx, budgets, pod);
    if (others.length > 0) {
      const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
      return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
    }
    const budgetName = budget?.metadata.name ?? '';
    const undisrupting = budget !== undefined && !isReady(pod) && mayLoseUnready(budget);
    if (budget && !undisrupting) await checkAndDecrement(ctx, budgets, budgetName, name, options.dryRun);
    try {
      await addConditionAndDelete(ctx, name, undisrupting ? unchangedSince(pod, options) : options);
    } catch (err) {
      if (isConflict(err) && undisrupting && options.preconditions?.resourceVersion === undefined) throw tooManyDisruptions(stillProcessed(budgetName), 10);
      throw err;
    }
    return success();
  }

  async function addConditionAndDelete(ctx: RequestContext, name: string, options: DeleteOptions): Promise<void> {
    if (options.dryRun) return void (await pods.delete(ctx, name, nothing, options));
    const info = {
      async updatedObject(_ctx: RequestContext, live: KubeObject | undefined): Promise<KubeObject> {
        if (!live) throw new Error('an update of what must be there came without it');
        checkPreconditions(options.preconditions, live);
        const condition = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' } as const;
        return { ...deepCopy(live), status: withPodCondition(struct(live, 'status'), condition, pods.clock.now()) };
      },
    };
    const { object } = await pods.update(ctx, name, info, nothing, nothing, { dryRun: false, fieldManager: '', fieldValidation: 'Ignore', forceAllowCreate: false });
    await pods.delete(ctx, name, nothing, options.preconditions?.resourceVersion === undefined ? options : unchangedSince(object, options));
  }
}

/** What the eviction says of the deletion, and the request of a dry run. */
function deleteOptionsOf(eviction: KubeObject, dryRun: boolean): DeleteOptions {
  const raw = struct(eviction, 'deleteOptions');
  if (raw['ignoreStoreReadErrorWithClusterBreakingPotential'] === true) {
    const path = newPath('deleteOptions', 'ignoreStoreReadErrorWithClusterBreakingPotential');
    throw newInvalid({ group: 'policy', kind: 'Eviction' }, eviction.metadata.name ?? '', [invalid(path, true, 'can not be set for pod eviction, try after removing the option')]);
  }
  const own = strings(raw, 'dryRun');
  if (dryRun && own.length > 0 && own.join() !== 'All') throw new Error(`Non-matching dry-run options in request and content: [All] and [${own.join(' ')}]`);
  const options = parseDeleteOptions(raw);
  return { ...options, dryRun: dryRun || options.dryRun };
}

function unchangedSince({ metadata }: KubeObject, options: DeleteOptions): DeleteOptions {
  return { ...options, preconditions: { ...options.preconditions, ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }) } };
}

/** A Pod that runs not yet, no more, or is on its way out disturbs nobody. */
function canIgnoreBudget(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed', 'Pending'].includes(text(struct(pod, 'status'), 'phase')) || pod.metadata.deletionTimestamp !== undefined;
}

function isReady(pod: KubeObject): boolean {
  return structs(struct(pod, 'status'), 'conditions').some((c) => text(c, 'type') === 'Ready' && text(c, 'status') === 'True');
}

/** Whether a Pod that is not ready may go without counting as a disruption. */
function mayLoseUnready(budget: KubeObject): boolean {
  const { currentHealthy = 0, desiredHealthy = 0 } = struct(budget, 'status') as { currentHealthy?: number; desiredHealthy?: number };
  return text(struct(budget, 'spec'), 'unhealthyPodEvictionPolicy') === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0);
}

function checkPreconditions({ uid, resourceVersion }: Preconditions = {}, { metadata }: KubeObject): void {
  const conflict = (why: string) => newConflict({ group: '', resource: 'Pod' }, metadata.name ?? '', why);
  if (uid && uid !== metadata.uid) {
    throw conflict(`the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw conflict(`the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`);
  }
}
