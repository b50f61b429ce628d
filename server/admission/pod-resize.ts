/**
 * PodResizeValidator: what a running Pod is resized to has to fit onto its node.
 *
 * Upstream: plugin/pkg/admission/podresize/admission.go, PodRequests of k8s.io/component-helpers/resource/helpers.go.
 */
import { struct, structs, text } from '../apimachinery/access.ts';
import type { Fields } from '../apimachinery/access.ts';
import { addQuantity, compareQuantity, milliValue, parseQuantity } from '../apimachinery/quantity.ts';
import type { Quantity } from '../apimachinery/quantity.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import { newForbidden } from './errors.ts';
import type { Admission, Attributes } from './interfaces.ts';
import type { Reader } from './reader.ts';

const zero = parseQuantity('0');
const amountIn = (list: Fields, name: string) => parseQuantity(String(list[name] ?? '0'));
const larger = (a: Quantity, b: Quantity) => (compareQuantity(a, b) > 0 ? a : b);

export function newPodResizeValidator(nodes: Pick<Reader, 'get'>): Admission {
  return {
    name: 'PodResizeValidator',
    handles: (operation) => operation === 'UPDATE',
    async validate(ctx, attributes) {
      const { resource, subresource, object, oldObject } = attributes;
      if (formatGroupResource(resource) !== 'pods' || subresource !== 'resize' || !object) return;
      const spec = struct(object, 'spec');
      const nodeName = text(spec, 'nodeName');
      if (nodeName === '' || oldObject?.metadata.generation === object.metadata.generation) return;
      const node = await nodes.get(ctx, '', nodeName);
      if (!node) throw newForbidden(attributes, `node ${JSON.stringify(nodeName)} not found`);
      checkPlatform(attributes, node);
      checkCapacity(attributes, spec, struct(struct(node, 'status'), 'allocatable'));
    },
  };
}

function checkPlatform(attributes: Attributes, { metadata }: KubeObject): void {
  const os = metadata.labels?.['kubernetes.io/os'] ?? 'linux';
  if (os !== 'linux') throw refuse(attributes, 'UnsupportedPlatform', `pod resize is only supported on linux nodes, node ${JSON.stringify(metadata.name)} is ${JSON.stringify(os)}`);
}

function checkCapacity(attributes: Attributes, spec: Fields, allocatable: Fields): void {
  const units: [name: string, unit: (amount: Quantity) => number][] = [['cpu', milliValue], ['memory', (amount) => Math.ceil(milliValue(amount) / 1000)]];
  const short = units.flatMap(([name, unit]) => {
    const [requested, there] = [podRequest(spec, name), amountIn(allocatable, name)];
    return compareQuantity(requested, there) > 0 ? [`${name}, requested: ${unit(requested)}, allocatable: ${unit(there)}`] : [];
  });
  if (short.length > 0) throw refuse(attributes, 'NodeCapacity', `node didn't have enough allocatable resources: ${short.join('; ')}`);
}

/** What the Pod says of itself, else what its containers need at once: sidecars go on while others follow each other. */
function podRequest(spec: Fields, name: string): Quantity {
  const own = struct(struct(spec, 'resources'), 'requests')[name];
  const overhead = amountIn(struct(spec, 'overhead'), name);
  if (own !== undefined) return addQuantity(parseQuantity(String(own)), overhead);
  const requestOf = (container: Fields) => amountIn(struct(struct(container, 'resources'), 'requests'), name);
  const running = structs(spec, 'containers').map(requestOf).reduce(addQuantity, zero);
  let [sidecars, starting] = [zero, zero];
  for (const container of structs(spec, 'initContainers')) {
    const now = addQuantity(sidecars, requestOf(container));
    if (container['restartPolicy'] === 'Always') sidecars = now;
    starting = larger(starting, now);
  }
  return addQuantity(larger(addQuantity(running, sidecars), starting), overhead);
}

function refuse(attributes: Attributes, reason: string, why: string): Error {
  const err = newForbidden(attributes, why);
  err.status.details = { ...err.status.details, causes: [{ reason }] };
  return err;
}
