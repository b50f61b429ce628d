/**
 * The empty object of a kind, as bookmarks carry it: everything that Go's encoder writes of a struct with nothing in it.
 *
 * Upstream: the NewFunc of pkg/registry/<group>/<kind>/storage/storage.go. It makes the internal type, whose conversion
 * into the stored version fills in what is a plain number there and a pointer or an annotation here.
 */
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import type { GroupResource, GroupVersionKind, KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';

const noReplicas = { spec: { replicas: 0 } };
const ofInternalType: Record<string, object> = {
  'daemonsets.apps': { metadata: { annotations: { 'deprecated.daemonset.template.generation': '0' } } },
  'deployments.apps': noReplicas,
  'replicasets.apps': noReplicas,
  'statefulsets.apps': noReplicas,
};

/** Made when it is first asked for; all who ask share it. */
export function newNewFunc(factory: CodecFactory, resource: GroupResource, kind: GroupVersionKind): () => KubeObject {
  let empty: KubeObject | undefined;
  return () => (empty ??= factory.objects.convert({ metadata: {}, ...ofInternalType[formatGroupResource(resource)] }, kind).object);
}
