/**
 * Kinds that clients are told to leave: every answer of their paths carries a Warning.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/deprecation/deprecation.go, and the APILifecycle methods of the types in
 * k8s.io/api. Leaves out kinds that are served by no default server.
 */
import type { GroupVersionKind } from '../apimachinery/types.ts';
import { formatGroupVersion } from '../apimachinery/types.ts';

interface Deprecation {
  /** The release that deprecated it. */
  since: string;
  replacement?: string;
}

/** By version and kind. */
const DEPRECATED: Record<string, Deprecation> = {
  'v1 ComponentStatus': { since: 'v1.19' },
  'v1 Endpoints': { since: 'v1.33', replacement: 'discovery.k8s.io/v1 EndpointSlice' },
};

/** What is to be said about a kind's paths; undefined where nothing is. */
export function warningMessage(gvk: GroupVersionKind): string | undefined {
  const name = `${formatGroupVersion(gvk)} ${gvk.kind}`;
  const found = DEPRECATED[name];
  return found && `${name} is deprecated in ${found.since}+${found.replacement ? `; use ${found.replacement}` : ''}`;
}
