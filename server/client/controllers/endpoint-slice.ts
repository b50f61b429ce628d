/**
 * Writes down who stands behind a Service: EndpointSlices with the addresses of the Pods that it selects.
 *
 * Upstream: pkg/controller/endpointslice and k8s.io/endpointslice. Leaves out filling up slices instead of writing them
 * anew, topology hints and labels of EndpointSlices that others may set.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { labelSelectorFromSet } from '../../apimachinery/labels.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { newControllerRef } from './controller-ref.ts';
import { newControllerExpectations } from './expectations.ts';
import { isPodReady, isPodTerminal } from './pods.ts';
import { ENDPOINT_SLICES, PODS, SERVICES } from './resources.ts';
import { endpointPorts, isHeadless, podAddress, selectorOf, servicesOf } from './service-ports.ts';
import type { Endpoint, EndpointPort, EndpointSlice, Service } from './service-types.ts';
import type { Pod } from './types.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';
const MAX_ENDPOINTS_PER_SLICE = 100;

export function newEndpointSliceController({ client, informers, clock, log }: ControllerContext): Controller {
  const services = informers.forResource(SERVICES);
  const pods = informers.forResource(PODS);
  const slices = informers.forResource(ENDPOINT_SLICES);
  const expectations = newControllerExpectations(clock);
  const controller = newQueueController({ name: 'endpointslice-controller', clock, log, workers: 5, reconcile });
  controller.follow(services.informer);
  controller.follow(pods.informer, (pod) => servicesOf(services.lister.namespace(pod.metadata.namespace ?? '').list(), pod));
  controller.follow(slices.informer, ({ metadata: { namespace, labels = {} } }, event) => {
    if (labels[MANAGED_BY] !== CONTROLLER) return [];
    const key = `${namespace}/${labels[SERVICE_NAME]}`;
    if (event === 'add') expectations.creationObserved(key);
    return [key];
  });
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const service = services.lister.namespace(namespace).find(name);
    // the slices of one that is gone are garbage
    const selector = service && selectorOf(service);
    if (!service || !selector || service.metadata.deletionTimestamp !== undefined) return expectations.deleteExpectations(key);
    // a slice that is not seen yet would be made again
    if (!expectations.satisfied(key)) return;
    const selected = pods.lister.namespace(namespace).list(labelSelectorFromSet(selector)).filter((pod) => !isPodTerminal(pod));
    const existing = slices.lister.namespace(namespace).list(labelSelectorFromSet({ [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER })).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const unused = new Set(existing);
    const missing: EndpointSlice[] = [];
    const api = client.resource(ENDPOINT_SLICES, namespace);
    for (const wanted of (service.spec.ipFamilies ?? ['IPv4']).flatMap((family) => slicesFor(service, selected, family))) {
      const there = [...unused].find(({ addressType, ports }) => addressType === wanted.addressType && deepEqual(ports ?? [], wanted.ports ?? []));
      if (!there) {
        missing.push(wanted);
        continue;
      }
      unused.delete(there);
      const same = deepEqual(there.endpoints ?? [], wanted.endpoints) && deepEqual(there.metadata.labels, wanted.metadata.labels);
      if (!same) await api.update({ ...there, metadata: { ...there.metadata, labels: wanted.metadata.labels ?? {} }, endpoints: wanted.endpoints, ports: wanted.ports });
    }
    expectations.expectCreations(key, missing.length);
    await Promise.all(missing.map((slice) => api.create(slice).catch((err: unknown) => {
      expectations.creationObserved(key);
      throw err;
    })));
    for (const { metadata } of unused) await ignoreNotFound(api.delete(metadata.name ?? ''));
  }
}

/** One slice, or more, for each set of ports that the Pods have; a Service without Pods has an empty one. */
function slicesFor(service: Service, selected: readonly Pod[], family: string): EndpointSlice[] {
  const byPorts = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of selected.toSorted((a, b) => (metaNamespaceKeyFunc(a) < metaNamespaceKeyFunc(b) ? -1 : 1))) {
    const address = podAddress(pod, family);
    if (address === undefined) continue;
    const ports = endpointPorts(service, pod);
    const group = byPorts.get(JSON.stringify(ports)) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(service, pod, address));
    byPorts.set(JSON.stringify(ports), group);
  }
  if (byPorts.size === 0) byPorts.set('', { ports: [], endpoints: [] });
  return [...byPorts.values()].flatMap(({ ports, endpoints }) => {
    const count = Math.max(1, Math.ceil(endpoints.length / MAX_ENDPOINTS_PER_SLICE));
    return Array.from({ length: count }, (_, i) => newSlice(service, family, ports, endpoints.slice(i * MAX_ENDPOINTS_PER_SLICE, (i + 1) * MAX_ENDPOINTS_PER_SLICE)));
  });
}

function newSlice(service: Service, addressType: string, ports: EndpointPort[], endpoints: Endpoint[]): EndpointSlice {
  const { name = '', namespace = '', labels } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, ...(isHeadless(service) && { 'service.kubernetes.io/headless': '' }), [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER },
      ownerReferences: [newControllerRef(service, 'v1', 'Service')],
    },
    addressType,
    endpoints,
    ports,
  };
}

function endpointOf(service: Service, pod: Pod, address: string): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  return {
    addresses: [address],
    conditions: { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(hostname && subdomain === service.metadata.name && { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName && { nodeName }),
  };
}
