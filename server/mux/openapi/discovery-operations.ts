/**
 * The operations above the group versions: `/api`, `/apis`, each group, `/version`, and where the keys of tokens are.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery, pkg/server/routes/version.go, pkg/routes/openidmetadata.go.
 */
import type { APIGroupFacts } from '../../apimachinery/facts/facts.ts';
import type { WebService } from '../web-service.ts';
import { type Operation, groupTag } from './operations.ts';

const objects = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export function discoveryOperations(groups: APIGroupFacts[], openID: readonly WebService[]): Operation[] {
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
    ...openID.flatMap(({ rootPath, routes }) => routes.map(({ operation: id, produces = [] }) => ({ ...operation(`${rootPath}/`, id, openIDTag(rootPath), ''), responses: { 200: 'string' }, produces: [...produces] }))),
  ];
}

/** The path's first segment, `WellKnown` for what is well known. */
function openIDTag(path: string): string {
  const [, first = ''] = path.split('/');
  return first === '.well-known' ? 'WellKnown' : first;
}
