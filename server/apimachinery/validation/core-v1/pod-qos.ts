/**
 * The quality-of-service class of a Pod, from the resources that its containers ask for.
 *
 * Upstream: pkg/apis/core/v1/helper/qos/qos.go (ComputePodQOS).
 */
import { compareQuantity, parseQuantity } from '../../quantity.ts';
import type { KubeObject } from '../../types.ts';

type ResourceList = Record<string, string | number>;

interface Resources {
  requests?: ResourceList;
  limits?: ResourceList;
}

interface PodSpec {
  resources?: Resources;
  containers?: { resources?: Resources }[];
  initContainers?: { resources?: Resources }[];
}

const zero = parseQuantity('0');
const compare = (a: string | number, b: string | number) => compareQuantity(parseQuantity(String(a)), parseQuantity(String(b)));
const isZero = (amount: string | number) => compareQuantity(parseQuantity(String(amount)), zero) === 0;

const COUNTED = ['cpu', 'memory'];

export function podQOSClass(pod: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec: PodSpec = pod.spec ?? {};
  const units = spec.resources ? [spec.resources] : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.resources ?? {});
  const counted = (list: ResourceList = {}) => Object.entries(list).filter(([name, amount]) => COUNTED.includes(name) && !isZero(amount));
  if (units.every((u) => counted(u.requests).length === 0 && counted(u.limits).length === 0)) return 'BestEffort';
  const guaranteed = units.every(({ requests = {}, limits = {} }) =>
    COUNTED.every((name) => {
      const limit = limits[name];
      const request = requests[name] ?? limit;
      return limit !== undefined && request !== undefined && !isZero(limit) && compare(request, limit) === 0;
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
