/** Where the kinds are that controllers read and write. */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { APIResource } from '../rest-client.ts';
import type { EndpointSlice, Endpoints, Service } from './service-types.ts';
import type { ConfigMap, Lease, Namespace, Node, Pod, ResourceQuota } from './types.ts';
import type { Deployment, Job, ReplicaSet } from './workload-types.ts';

const core = <T extends KubeObject>(resource: string): APIResource<T> => ({ group: '', version: 'v1', resource });

export const PODS = core<Pod>('pods');
export const SERVICES = core<Service>('services');
export const ENDPOINTS = core<Endpoints>('endpoints');
export const NAMESPACES = core<Namespace>('namespaces');
export const NODES = core<Node>('nodes');
export const CONFIG_MAPS = core<ConfigMap>('configmaps');
export const SERVICE_ACCOUNTS = core<KubeObject>('serviceaccounts');
export const RESOURCE_QUOTAS = core<ResourceQuota>('resourcequotas');
export const DEPLOYMENTS: APIResource<Deployment> = { group: 'apps', version: 'v1', resource: 'deployments' };
export const REPLICA_SETS: APIResource<ReplicaSet> = { group: 'apps', version: 'v1', resource: 'replicasets' };
export const JOBS: APIResource<Job> = { group: 'batch', version: 'v1', resource: 'jobs' };
export const ENDPOINT_SLICES: APIResource<EndpointSlice> = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' };
export const LEASES: APIResource<Lease> = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' };
