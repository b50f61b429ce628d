/**
 * A short hash of the version in which a resource is stored: it tells a client when stored objects are due for rewriting.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/storageversionhash.go; which version is stored,
 * pkg/kubeapiserver/default_storage_factory_builder.go.
 */
import { base64 } from '../../apimachinery/base64.ts';
import type { APIGroupFacts, APIResourceFacts } from '../../apimachinery/facts/facts.ts';
import { type GroupVersion, formatGroupResource } from '../../apimachinery/types.ts';

/** Undefined for a resource that is not stored, such as a review. */
export async function storageVersionHash(group: APIGroupFacts, resource: APIResourceFacts): Promise<string | undefined> {
  if (!resource.verbs.includes('create') || !resource.verbs.includes('get')) return undefined;
  const stored = resource.storageVersion ?? storageVersion(group, resource.resource);
  const name = `${stored.group}/${stored.version}/${resource.responseKind.kind}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name));
  return base64(new Uint8Array(digest, 0, 8));
}

/** Stored in another version than the first of their group that has them: shared, served before it was stable, or stable only since this release. */
const storedElsewhere: Record<string, GroupVersion> = {
  'events.events.k8s.io': { group: '', version: 'v1' },
  'customresourcedefinitions.apiextensions.k8s.io': { group: 'apiextensions.k8s.io', version: 'v1beta1' },
  'mutatingadmissionpolicies.admissionregistration.k8s.io': { group: 'admissionregistration.k8s.io', version: 'v1beta1' },
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': { group: 'admissionregistration.k8s.io', version: 'v1beta1' },
};

function storageVersion({ group, versions }: APIGroupFacts, resource: string): GroupVersion {
  const elsewhere = storedElsewhere[formatGroupResource({ group, resource })];
  if (elsewhere) return elsewhere;
  const first = versions.find(({ resources }) => resources.some((each) => each.resource === resource));
  if (!first) throw new Error(`${group} has no resource ${resource}`);
  return { group, version: first.version };
}
