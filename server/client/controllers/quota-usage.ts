/**
 * How much of what a quota limits is used in a namespace.
 *
 * Upstream: pkg/quota/v1/evaluator/core (pods, services, persistent volume claims) and pkg/quota/v1/generic. Leaves out
 * scopes by priority class, storage classes, extended resources and resource claims.
 */
import { addQuantity, formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type { Quantity } from '../../apimachinery/quantity.ts';
import { struct, stringMap } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { APIResource } from '../rest-client.ts';
import { isPodTerminal } from './pods.ts';
import { CONFIG_MAPS, DEPLOYMENTS, JOBS, PODS, REPLICA_SETS, RESOURCE_QUOTAS, SERVICES } from './resources.ts';
import type { Service } from './service-types.ts';
import type { Container, Pod, ResourceQuota } from './types.ts';

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
export function usageOf(name: string, { spec: { scopes = [] } }: ResourceQuota, list: ListAll): string | undefined {
  const pods = () => list(PODS).filter((pod) => !isPodTerminal(pod) && scopes.every((scope) => matchesScope(scope, pod)));
  const used = podUsage(name, pods) ?? serviceUsage(name, () => list(SERVICES)) ?? storageUsage(name, () => list(CLAIMS)) ?? objectCount(name, list);
  return used && formatQuantity(used);
}

function podUsage(name: string, pods: () => readonly Pod[]): Quantity | undefined {
  if (name === 'pods') return whole(pods().length);
  const [, kind = 'requests', resource = ''] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(name) ?? [];
  if (resource === '') return undefined;
  const of = ({ resources = {} }: Container) => parseQuantity((kind === 'limits' ? resources.limits : resources.requests)?.[resource] ?? '0');
  // those that run one after the other need as much as the greediest of them
  return sum(pods().map(({ spec }) => larger(sum(spec.containers.map(of)), ...(spec.initContainers ?? []).map(of))));
}

function larger(first: Quantity, ...others: Quantity[]): Quantity {
  const value = (q: Quantity) => Number(q.value) * 10 ** q.scale;
  return others.reduce((most, each) => (value(each) > value(most) ? each : most), first);
}

function serviceUsage(name: string, services: () => readonly Service[]): Quantity | undefined {
  const ofType = (...types: string[]) => services().filter(({ spec }) => types.includes(spec.type ?? ''));
  if (name === 'services.loadbalancers') return whole(ofType('LoadBalancer').length);
  if (name === 'services.nodeports') return whole(ofType('NodePort', 'LoadBalancer').flatMap(({ spec }) => spec.ports ?? []).length);
  return undefined;
}

function storageUsage(name: string, claims: () => readonly KubeObject[]): Quantity | undefined {
  if (name !== 'requests.storage') return undefined;
  return sum(claims().map((claim) => parseQuantity(stringMap(struct(struct(claim, 'spec'), 'resources'), 'requests').storage ?? '0')));
}

function objectCount(name: string, list: ListAll): Quantity | undefined {
  const counted = COUNTED.find(({ group, resource }) => name === `count/${resource}${group === '' ? '' : `.${group}`}` || (group === '' && name === resource));
  return counted && whole(list(counted).length);
}

function matchesScope(scope: string, { spec }: Pod): boolean {
  const isBestEffort = spec.containers.every(({ resources = {} }) => Object.keys({ ...resources.requests, ...resources.limits }).length === 0);
  if (scope === 'BestEffort') return isBestEffort;
  if (scope === 'NotBestEffort') return !isBestEffort;
  if (scope === 'Terminating') return spec.activeDeadlineSeconds !== undefined;
  return scope !== 'NotTerminating' || spec.activeDeadlineSeconds === undefined;
}
