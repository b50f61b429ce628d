/**
 * Every namespace has a ConfigMap with the certificate that the server is checked with, for the Pods in it.
 *
 * Upstream: pkg/controller/certificates/rootcacertpublisher.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { isAlreadyExists } from '../../http/status.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { newQueueController } from './controller.ts';
import { CONFIG_MAPS, NAMESPACES } from './resources.ts';

const NAME = 'kube-root-ca.crt';
const annotations = { 'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.' };

export function newRootCACertPublisher({ client, informers, clock, log, rootCA }: ControllerContext): Controller {
  const namespaces = informers.forResource(NAMESPACES);
  const configMaps = informers.forResource(CONFIG_MAPS);
  const data = { 'ca.crt': rootCA };
  const controller = newQueueController({ name: 'root-ca-certificate-publisher-controller', clock, log, reconcile });
  controller.follow(namespaces.informer);
  controller.follow(configMaps.informer, ({ metadata: { name, namespace = '' } }) => (name === NAME ? [namespace] : []));
  return controller;

  async function reconcile(namespace: string): Promise<void> {
    if (namespaces.lister.find(namespace)?.status?.phase !== 'Active') return;
    const api = client.resource(CONFIG_MAPS, namespace);
    const there = configMaps.lister.namespace(namespace).find(NAME);
    if (!there) {
      await api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace, annotations }, data }).catch((err: unknown) => {
        if (!isAlreadyExists(err)) throw err;
      });
    } else if (!deepEqual(there.data, data) || there.metadata.annotations?.['kubernetes.io/description'] !== annotations['kubernetes.io/description']) {
      await api.update({ ...there, metadata: { ...there.metadata, annotations: { ...there.metadata.annotations, ...annotations } }, data });
    }
  }
}
