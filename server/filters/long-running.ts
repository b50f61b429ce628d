/**
 * Which requests are long-running: by verb, by subresource, or because they are profiles.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/longrunning.go and pkg/controlplane/apiserver/config.go.
 */
import type { LongRunningRequestCheck } from '../http/request-info.ts';

function basicLongRunningRequestCheck(verbs: readonly string[], subresources: readonly string[]): LongRunningRequestCheck {
  return ({ verb, isResourceRequest, subresource, path }) =>
    verbs.includes(verb) || (isResourceRequest ? subresources.includes(subresource) : path.startsWith('/debug/pprof/'));
}

/** As kube-apiserver has it. */
export const longRunningFunc = basicLongRunningRequestCheck(['watch', 'proxy'], ['attach', 'exec', 'proxy', 'log', 'portforward']);
