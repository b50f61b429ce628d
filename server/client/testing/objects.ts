/** For tests: objects as a user writes them, and what is read of them. */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Service } from '../controllers/service-types.ts';
import type { Pod } from '../controllers/types.ts';
import type { Deployment, Job, PodTemplateSpec, ReplicaSet } from '../controllers/workload-types.ts';

export const NAMESPACE = 'default';

export function podTemplate(app: string, image = 'nginx'): PodTemplateSpec {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image }] } };
}

export function pod(name: string, labels: Record<string, string> = {}, spec: Partial<Pod['spec']> = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE, labels }, spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec } };
}

export function replicaSet(name: string, replicas: number, spec: Partial<ReplicaSet['spec']> = {}): ReplicaSet {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, namespace: NAMESPACE }, spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec } };
}

/** What is left out is defaulted by the server. */
export function deployment(name: string, replicas: number, spec: Partial<Deployment['spec']> = {}): Deployment {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: NAMESPACE }, spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name), strategy: { type: 'RollingUpdate' }, ...spec } };
}

export function job(name: string, spec: Partial<Job['spec']> = {}): Omit<Job, 'spec'> & { spec: Partial<Job['spec']> } {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: NAMESPACE }, spec: { template: { spec: { containers: [{ name: 'main', image: 'perl' }], restartPolicy: 'Never' } }, ...spec } };
}

export function service(name: string, spec: Partial<Service['spec']> = {}): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: NAMESPACE }, spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec } };
}

export function configMap(name: string, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE, ...metadata } };
}

export const namesOf = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name ?? '').sort();
