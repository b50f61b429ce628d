/**
 * The operations above the group versions: `/api`, `/apis`, each group, and `/version`.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery, pkg/server/routes/version.go.
 */
import type { APIGroupFacts } from '../../apimachinery/facts/facts.ts';
import { type Operation, groupTag } from './operations.ts';

const objects = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export function discoveryOperations(groups: APIGroupFacts[]): Operation[] {
  const named = groups.filter(({ group }) => group !== '');
  const operation = (path: string, operationId: string, tag: string, kind: string): Operation => ({
    path,
    method: 'get',
    operationId,
    tag,
    parameters: [],
    responses: { 200: { group: '', version: 'v1', kind } },
    produces: objects,
  });
  const title = (tag: string) => tag.slice(0, 1).toUpperCase() + tag.slice(1);
  return [
    operation('/api/', 'getCoreAPIVersions', 'core', 'APIVersions'),
    operation('/apis/', 'getAPIVersions', 'apis', 'APIGroupList'),
    ...named.map(({ group }) => operation(`/apis/${group}/`, `get${title(groupTag(group))}APIGroup`, groupTag(group), 'APIGroup')),
    { ...operation('/version/', 'getCodeVersion', 'version', ''), responses: { 200: 'io.k8s.apimachinery.pkg.version.Info' }, produces: ['application/json'] },
  ];
}
