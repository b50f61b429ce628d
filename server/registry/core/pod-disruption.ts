/**
 * What the disruption budgets of a namespace say to the eviction of one of its Pods.
 *
 * Upstream: pkg/registry/core/pod/storage/eviction.go (getPodDisruptionBudgets, checkAndDecrement).
 */
import type { Fields } from '../../apimachinery/access.ts';
import { int, struct, structs, text } from '../../apimachinery/access.ts';
import { deepCopy } from '../../apimachinery/deep.ts';
import { everythingFields } from '../../apimachinery/fields.ts';
import { everythingLabels, labelSelectorAsSelector } from '../../apimachinery/labels.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { newForbidden, newTooManyRequests } from '../../http/status.ts';
import type { StatusError } from '../../http/status.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import type { ListOptions } from '../rest.ts';
import type { Store } from '../store.ts';

const MAX_DISRUPTED_PODS = 2000;
const EVERYTHING: ListOptions = {
  labelSelector: everythingLabels,
  fieldSelector: everythingFields,
  resourceVersion: '',
  resourceVersionMatch: '',
  limit: 0,
  continue: '',
  allowWatchBookmarks: false,
  watch: false,
};

export async function budgetsOf(ctx: RequestContext, budgets: Store, pod: KubeObject): Promise<KubeObject[]> {
  const { items } = await budgets.list(ctx, EVERYTHING);
  return items.filter((budget) => selects(struct(budget, 'spec')['selector'], pod.metadata.labels ?? {}));
}

/** A selector that does not parse selects nothing. */
function selects(selector: unknown, labels: Record<string, string>): boolean {
  try {
    return labelSelectorAsSelector(selector as Parameters<typeof labelSelectorAsSelector>[0]).matches(labels);
  } catch {
    return false;
  }
}

/** Takes one disruption off a budget, and notes whose it is; throws where there is none left. */
export async function checkAndDecrement(ctx: RequestContext, budgets: Store, budgetName: string, podName: string, dryRun: boolean): Promise<void> {
  const info = {
    async updatedObject(_ctx: RequestContext, live: KubeObject | undefined): Promise<KubeObject> {
      if (!live) throw new Error('an update of what must be there came without it');
      const status = struct(live, 'status');
      checkBudget(live, status);
      const left = (int(status, 'disruptionsAllowed') ?? 0) - 1;
      const now = budgets.clock.now();
      const budget = deepCopy(live);
      budget.status = {
        ...status,
        disruptionsAllowed: left,
        disruptedPods: { ...struct(status, 'disruptedPods'), [podName]: formatTime(now) },
        ...(left === 0 && { conditions: exhausted(status, now) }),
      };
      return budget;
    },
  };
  const nothing = async () => undefined;
  await budgets.update(ctx, budgetName, info, nothing, nothing, { dryRun, fieldManager: '', fieldValidation: 'Ignore', forceAllowCreate: false });
}

function checkBudget(budget: KubeObject, status: Fields): void {
  const { name = '', generation = 0 } = budget.metadata;
  const allowed = int(status, 'disruptionsAllowed') ?? 0;
  const resource = { group: 'policy', resource: 'poddisruptionbudget' };
  if ((int(status, 'observedGeneration') ?? 0) < generation) throw tooManyDisruptions(stillProcessed(name), 10);
  if (allowed < 0) throw newForbidden(resource, name, 'pdb disruptions allowed is negative');
  if (Object.keys(struct(status, 'disruptedPods')).length > MAX_DISRUPTED_PODS) {
    throw newForbidden(resource, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (allowed === 0) throw tooManyDisruptions(whyNone(name, status), 0);
}

export const stillProcessed = (budget: string) => `The disruption budget ${budget} is still being processed by the server.`;

function whyNone(name: string, status: Fields): string {
  const current = int(status, 'currentHealthy') ?? 0;
  const desired = int(status, 'desiredHealthy') ?? 0;
  const condition = structs(status, 'conditions').find((c) => text(c, 'type') === 'DisruptionAllowed' && text(c, 'status') === 'False' && text(c, 'message') !== '');
  const reason = condition && text(condition, 'reason');
  if (condition && reason === 'SyncFailed') return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${text(condition, 'message')}`;
  if (current <= desired) return `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`;
  if (condition) return `The disruption budget ${name} does not allow evicting pods currently (${reason}): ${text(condition, 'message')}`;
  return `The disruption budget ${name} does not allow evicting pods currently`;
}

export function tooManyDisruptions(cause: string, retryAfterSeconds: number): StatusError {
  const err = newTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds);
  err.status.details = { causes: [{ reason: 'DisruptionBudget', message: cause }], ...(retryAfterSeconds > 0 && { retryAfterSeconds }) };
  return err;
}

/** Upstream's UpdateDisruptionAllowedCondition (k8s.io/component-helpers/apps/poddisruptionbudget). */
function exhausted(status: Fields, now: number): Fields[] {
  const type = 'DisruptionAllowed';
  const conditions = structs(status, 'conditions');
  const old = conditions.find((c) => text(c, 'type') === type);
  const since = old && text(old, 'status') === 'False' ? old['lastTransitionTime'] : formatTime(now);
  const made = { type, status: 'False', reason: 'InsufficientPods', message: '', observedGeneration: int(status, 'observedGeneration') ?? 0, lastTransitionTime: since };
  return old ? conditions.map((c) => (c === old ? { ...old, ...made } : c)) : [...conditions, made];
}
