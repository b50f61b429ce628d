/**
 * The older form of an EndpointSlice, for those that still read it: one Endpoints object for each Service.
 *
 * Upstream: pkg/controller/endpoint. Leaves out cutting off after 1,000 addresses.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { labelSelectorFromSet } from '../../apimachinery/labels.ts';
import { splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { isPodReady, isPodTerminal } from './pods.ts';
import { ENDPOINTS, PODS, SERVICES } from './resources.ts';
import { endpointPorts, isHeadless, podAddress, selectorOf, servicesOf } from './service-ports.ts';
import type { EndpointAddress, EndpointSubset, Endpoints, Service } from './service-types.ts';
import type { Pod } from './types.ts';

const MANAGED_BY = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
const HEADLESS = { 'service.kubernetes.io/headless': '' };

export function newEndpointsController({ client, informers, clock, log }: ControllerContext): Controller {
  const services = informers.forResource(SERVICES);
  const pods = informers.forResource(PODS);
  const endpoints = informers.forResource(ENDPOINTS);
  const controller = newQueueController({ name: 'endpoints-controller', clock, log, workers: 5, reconcile });
  controller.follow(services.informer);
  controller.follow(pods.informer, (pod) => servicesOf(services.lister.namespace(pod.metadata.namespace ?? '').list(), pod));
  controller.follow(endpoints.informer);
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const api = client.resource(ENDPOINTS, namespace);
    const service = services.lister.namespace(namespace).find(name);
    const there = endpoints.lister.namespace(namespace).find(name);
    if (!service) {
      if (there?.metadata.labels?.['endpoints.kubernetes.io/managed-by']) await ignoreNotFound(api.delete(name));
      return;
    }
    // one without a selector has endpoints that others write
    const selector = selectorOf(service);
    if (!selector || service.metadata.deletionTimestamp !== undefined) return;
    const subsets = subsetsFor(service, pods.lister.namespace(namespace).list(labelSelectorFromSet(selector)));
    const labels = { ...service.metadata.labels, ...MANAGED_BY, ...(isHeadless(service) && HEADLESS) };
    if (there && deepEqual(there.subsets ?? [], subsets) && deepEqual(there.metadata.labels, labels)) return;
    const { apiVersion, kind, metadata } = there ?? { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace } };
    const wanted: Endpoints = { apiVersion, kind, metadata: { ...metadata, labels }, ...(subsets.length > 0 && { subsets }) };
    await (there ? api.update(wanted) : api.create(wanted));
  }
}

/** A subset for each set of ports that the Pods have. */
function subsetsFor(service: Service, selected: readonly Pod[]): EndpointSubset[] {
  const byPorts = new Map<string, { ports: NonNullable<EndpointSubset['ports']>; ready: EndpointAddress[]; notReady: EndpointAddress[] }>();
  const family = service.spec.ipFamilies?.[0] ?? 'IPv4';
  for (const pod of selected) {
    const ip = podAddress(pod, family);
    // what leaves is not told of, and what has run takes no connections
    if (ip === undefined || isPodTerminal(pod) || pod.metadata.deletionTimestamp !== undefined) continue;
    const ports = endpointPorts(service, pod).map(({ name = '', port = 0, ...others }) => ({ ...(name && { name }), port, ...others }));
    if (ports.length === 0 && !isHeadless(service)) continue;
    const key = JSON.stringify(ports);
    const subset = byPorts.get(key) ?? { ports, ready: [], notReady: [] };
    byPorts.set(key, subset);
    const list = service.spec.publishNotReadyAddresses || isPodReady(pod) ? subset.ready : subset.notReady;
    list.push(addressOf(service, pod, ip));
  }
  const byIP = (a: EndpointAddress, b: EndpointAddress) => (a.ip < b.ip ? -1 : 1);
  return [...byPorts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { ports, ready, notReady }]) => ({
    ...(ready.length > 0 && { addresses: ready.sort(byIP) }),
    ...(notReady.length > 0 && { notReadyAddresses: notReady.sort(byIP) }),
    ...(ports.length > 0 && { ports }),
  }));
}

function addressOf(service: Service, { metadata: { name = '', namespace = '', uid = '' }, spec: { nodeName, hostname, subdomain } }: Pod, ip: string): EndpointAddress {
  return { ip, ...(hostname && subdomain === service.metadata.name && { hostname }), ...(nodeName && { nodeName }), targetRef: { kind: 'Pod', namespace, name, uid } };
}
