/**
 * Every namespace has a service account `default`.
 *
 * Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go.
 */
import { isAlreadyExists } from '../../http/status.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { newQueueController } from './controller.ts';
import { NAMESPACES, SERVICE_ACCOUNTS } from './resources.ts';

export function newServiceAccountController({ client, informers, clock, log }: ControllerContext): Controller {
  const namespaces = informers.forResource(NAMESPACES);
  const accounts = informers.forResource(SERVICE_ACCOUNTS);
  const controller = newQueueController({ name: 'serviceaccount-controller', clock, log, reconcile });
  controller.follow(namespaces.informer);
  controller.follow(accounts.informer, ({ metadata: { namespace = '' } }, event) => (event === 'delete' ? [namespace] : []));
  return controller;

  async function reconcile(namespace: string): Promise<void> {
    if (namespaces.lister.find(namespace)?.status?.phase !== 'Active') return;
    if (accounts.lister.namespace(namespace).find('default')) return;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    await client.resource(SERVICE_ACCOUNTS, namespace).create(account).catch((err: unknown) => {
      if (!isAlreadyExists(err)) throw err;
    });
  }
}
