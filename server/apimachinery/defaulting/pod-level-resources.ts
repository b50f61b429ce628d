/**
 * Resources of a Pod as a whole: once it says something about them, the rest follows from its containers.
 *
 * Upstream: defaultHugePagePodLimits and defaultPodRequests of pkg/apis/core/v1/defaults.go, with AggregateContainer-
 * Requests and -Limits of k8s.io/component-helpers/resource/helpers.go.
 */
import { addQuantity, compareQuantity, formatQuantity, parseQuantity } from '../quantity.ts';
import type { Quantity } from '../quantity.ts';
import { isFields, stringMap, struct, structs } from '../access.ts';
import type { Fields } from '../access.ts';

type Amounts = Map<string, Quantity>;

const isHugePages = (name: string) => name.startsWith('hugepages-');

function amounts(container: Fields, kind: string): Amounts {
  return new Map(Object.entries(stringMap(struct(container, 'resources'), kind)).map(([name, text]) => [name, parseQuantity(text)]));
}

function merge(into: Amounts, from: Amounts, how: (a: Quantity, b: Quantity) => Quantity): Amounts {
  for (const [name, amount] of from) {
    const there = into.get(name);
    into.set(name, there ? how(there, amount) : amount);
  }
  return into;
}

const larger = (a: Quantity, b: Quantity) => (compareQuantity(a, b) >= 0 ? a : b);

/** Containers run side by side; init containers run before them, next to the sidecars that started earlier. */
export function aggregate(spec: Fields, kind: string): Amounts {
  const total: Amounts = new Map();
  for (const container of structs(spec, 'containers')) merge(total, amounts(container, kind), addQuantity);
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of structs(spec, 'initContainers')) {
    const own = amounts(container, kind);
    if (container['restartPolicy'] === 'Always') {
      merge(total, own, addQuantity);
      merge(peak, merge(sidecars, own, addQuantity), larger);
    } else {
      merge(peak, merge(own, sidecars, addQuantity), larger);
    }
  }
  return merge(total, peak, larger);
}

/** In place. */
export function defaultPodLevelResources(spec: Fields): void {
  const { resources } = spec;
  if (!isFields(resources) || (!resources['limits'] && !resources['requests'])) return;
  const limits = stringMap(resources, 'limits');
  const requests = stringMap(resources, 'requests');
  for (const [name, amount] of aggregate(spec, 'limits')) {
    if (isHugePages(name) && !(name in requests)) limits[name] ??= formatQuantity(amount);
  }
  if (Object.keys(limits).length === 0) return;
  resources['limits'] = limits;
  for (const [name, amount] of aggregate(spec, 'requests')) {
    if (name === 'cpu' || name === 'memory') requests[name] ??= formatQuantity(amount);
  }
  for (const [name, amount] of Object.entries(limits)) {
    if (name === 'cpu' || name === 'memory' || isHugePages(name)) requests[name] ??= amount;
  }
  if (Object.keys(requests).length > 0) resources['requests'] = requests;
}
