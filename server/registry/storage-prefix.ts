/**
 * Where the objects of a resource lie in etcd, below the server's prefix.
 *
 * Upstream: pkg/kubeapiserver/default_storage_factory_builder.go (SpecialDefaultResourcePrefixes) and
 * k8s.io/apiserver/pkg/server/storage/storage_factory.go; the extension and aggregation servers add their group.
 */
import type { GroupResource } from '../apimachinery/types.ts';

const SPECIAL: Record<string, string> = {
  replicationcontrollers: '/controllers',
  endpoints: '/services/endpoints',
  services: '/services/specs',
  nodes: '/minions',
  'ingresses.networking.k8s.io': '/ingress',
  'apiservices.apiregistration.k8s.io': '/apiregistration.k8s.io/apiservices',
  'customresourcedefinitions.apiextensions.k8s.io': '/apiextensions.k8s.io/customresourcedefinitions',
};

/** `/configmaps`; without a slash at its end. */
export function storagePrefix({ group, resource }: GroupResource): string {
  return SPECIAL[group === '' ? resource : `${resource}.${group}`] ?? `/${resource}`;
}
