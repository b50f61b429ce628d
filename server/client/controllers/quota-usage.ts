/**
 * How much of what a quota limits is used in a namespace.
 *
 * Upstream: pkg/quota/v1/evaluator/core (pods, services, persistent volume claims) and pkg/quota/v1/generic. Leaves out
 * the scope of affinities across namespaces, and resource claims.
 */
import { addQuantity, compareQuantity, formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type { Quantity } from '../../apimachinery/quantity.ts';
import { stringMap, struct, text } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { APIResource } from '../rest-client.ts';
import { isPodTerminal } from './pods.ts';
import { CONFIG_MAPS, DEPLOYMENTS, JOBS, PODS, REPLICA_SETS, RESOURCE_QUOTAS, SERVICES } from './resources.ts';
import type { Service, ServicePort } from './service-types.ts';
import type { Container, Pod, PodSpec, ResourceQuota, ScopeRequirement } from './types.ts';

const SECRETS: APIResource = { group: '', version: 'v1', resource: 'secrets' };
const CLAIMS: APIResource = { group: '', version: 'v1', resource: 'persistentvolumeclaims' };

/** What is counted as objects, by the names that quotas have for it. */
export const COUNTED: readonly APIResource[] = [CONFIG_MAPS, SECRETS, CLAIMS, SERVICES, PODS, RESOURCE_QUOTAS, { group: '', version: 'v1', resource: 'replicationcontrollers' }, DEPLOYMENTS, REPLICA_SETS, { group: 'apps', version: 'v1', resource: 'statefulsets' }, JOBS, { group: 'batch', version: 'v1', resource: 'cronjobs' }];

/** All objects of a resource in the quota's namespace. */
export type ListAll = <T extends KubeObject>(resource: APIResource<T>) => readonly T[];

const ZERO = parseQuantity('0');
const whole = (count: number) => parseQuantity(String(count));
const sum = (all: readonly Quantity[]) => all.reduce(addQuantity, ZERO);

/** The used amount; undefined for a name that nobody here counts. */
export function usageOf(name: string, { spec: { scopes = [], scopeSelector } }: ResourceQuota, list: ListAll): string | undefined {
  const requirements = [...scopes.map((scopeName): ScopeRequirement => ({ scopeName, operator: 'Exists' })), ...(scopeSelector?.matchExpressions ?? [])];
  const pods = () => list(PODS).filter((pod) => !isPodTerminal(pod) && requirements.every((requirement) => matchesScope(requirement, pod)));
  const used = podUsage(name, pods) ?? serviceUsage(name, () => list(SERVICES)) ?? storageUsage(name, () => list(CLAIMS)) ?? objectCount(name, list);
  return used && formatQuantity(used);
}

function podUsage(name: string, pods: () => readonly Pod[]): Quantity | undefined {
  if (name === 'pods') return whole(pods().length);
  const [, kind = 'requests', resource = ''] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(name) ?? /^(requests)\.([^/]+\/.+)$/.exec(name) ?? [];
  if (resource === '') return undefined;
  const of = ({ resources = {} }: Container) => parseQuantity((kind === 'limits' ? resources.limits : resources.requests)?.[resource] ?? '0');
  return sum(pods().map(({ spec }) => podRequests(spec, of)));
}

/** Those that run one after the other need as much as the greediest of them, beside those that were started before and stay. */
function podRequests({ containers, initContainers = [] }: PodSpec, of: (container: Container) => Quantity): Quantity {
  let staying = ZERO;
  let most = ZERO;
  for (const container of initContainers) {
    const needed = addQuantity(staying, of(container));
    if (container.restartPolicy === 'Always') staying = needed;
    most = larger(most, needed);
  }
  return larger(most, sum([staying, ...containers.map(of)]));
}

const larger = (a: Quantity, b: Quantity) => (compareQuantity(a, b) >= 0 ? a : b);

function serviceUsage(name: string, services: () => readonly Service[]): Quantity | undefined {
  const ofType = (...types: string[]) => services().filter(({ spec }) => types.includes(spec.type ?? ''));
  if (name === 'services.loadbalancers') return whole(ofType('LoadBalancer').length);
  if (name === 'services.nodeports') return whole(ofType('NodePort', 'LoadBalancer').flatMap(nodePorts).length);
  return undefined;
}

/** Where a balancer does without, those that were asked for nevertheless. */
function nodePorts({ spec: { type, ports = [], allocateLoadBalancerNodePorts } }: Service): readonly ServicePort[] {
  return type === 'LoadBalancer' && allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort !== undefined) : ports;
}

function storageUsage(name: string, claims: () => readonly KubeObject[]): Quantity | undefined {
  const [, storageClass, what] = /^(?:(.+)\.storageclass\.storage\.k8s\.io\/)?(requests\.storage|persistentvolumeclaims)$/.exec(name) ?? [];
  if (what === undefined) return undefined;
  const counted = claims().map((claim) => struct(claim, 'spec')).filter((spec) => storageClass === undefined || text(spec, 'storageClassName') === storageClass);
  if (what === 'persistentvolumeclaims') return whole(counted.length);
  return sum(counted.map((spec) => parseQuantity(stringMap(struct(spec, 'resources'), 'requests').storage ?? '0')));
}

function objectCount(name: string, list: ListAll): Quantity | undefined {
  const counted = COUNTED.find(({ group, resource }) => name === `count/${resource}${group === '' ? '' : `.${group}`}` || (group === '' && name === resource));
  return counted && whole(list(counted).length);
}

function matchesScope({ scopeName, operator, values = [] }: ScopeRequirement, { spec }: Pod): boolean {
  const isBestEffort = spec.containers.every(({ resources = {} }) => Object.keys({ ...resources.requests, ...resources.limits }).length === 0);
  if (scopeName === 'BestEffort') return isBestEffort;
  if (scopeName === 'NotBestEffort') return !isBestEffort;
  if (scopeName === 'Terminating') return spec.activeDeadlineSeconds !== undefined;
  if (scopeName === 'NotTerminating') return spec.activeDeadlineSeconds === undefined;
  const { priorityClassName = '' } = spec;
  if (scopeName !== 'PriorityClass') return false;
  if (operator === 'Exists' || operator === 'DoesNotExist') return (priorityClassName !== '') === (operator === 'Exists');
  return values.includes(priorityClassName) === (operator === 'In');
}
