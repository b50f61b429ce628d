/**
 * Writes into each quota how much of it is used.
 *
 * Upstream: pkg/controller/resourcequota. What is more than a quota allows is refused by an admission plugin, not here.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { newQueueController } from './controller.ts';
import { COUNTED, usageOf } from './quota-usage.ts';
import { RESOURCE_QUOTAS } from './resources.ts';

export function newResourceQuotaController({ client, informers, clock, log }: ControllerContext): Controller {
  const quotas = informers.forResource(RESOURCE_QUOTAS);
  const controller = newQueueController({ name: 'resourcequota-controller', clock, log, workers: 5, reconcile });
  controller.follow(quotas.informer);
  for (const resource of COUNTED) {
    controller.follow(informers.forResource(resource).informer, ({ metadata: { namespace = '' } }) => quotas.lister.namespace(namespace).list().map(metaNamespaceKeyFunc));
  }
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const quota = quotas.lister.namespace(namespace).find(name);
    if (!quota) return;
    const hard = quota.spec.hard ?? {};
    const used = Object.fromEntries(Object.keys(hard).flatMap((resource) => {
      const usage = usageOf(resource, quota, (each) => informers.forResource(each).lister.namespace(namespace).list());
      return usage === undefined ? [] : [[resource, usage]];
    }));
    if (deepEqual(quota.status, { hard, used })) return;
    await client.resource(RESOURCE_QUOTAS, namespace).updateStatus({ ...quota, status: { hard, used } });
  }
}
