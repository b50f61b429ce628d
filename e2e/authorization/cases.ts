/** Every verb on every resource and subresource that there is, and every method on paths that are none. */
import discovery from '../../server/apimachinery/facts/discovery.json' with { type: 'json' };
import type { APIGroupFacts } from '../../server/apimachinery/facts/facts.ts';
import type { Message } from './cluster.ts';
import type { Asked, AskedPath, Oracle, Who } from './oracle.ts';

export interface Case {
  message: Message;
  asked: Asked | AskedPath;
  /** A second verb that is needed: whoever asks for a stream to a Pod by GET opens what POST would create. */
  also?: 'create';
}

const methods = { get: 'GET', update: 'PUT', patch: 'PATCH', delete: 'DELETE', create: 'POST' };
const streams = ['exec', 'attach', 'portforward'];

/** Without a body, and without effect. */
function newCase(method: string, target: string, asked: Asked | AskedPath): Case {
  const headers = [['Content-Type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json']] as const;
  const also = 'subresource' in asked && streams.includes(asked.subresource) && asked.resource === 'pods' && asked.verb === 'get';
  return { asked, message: { method, target: method === 'DELETE' ? `${target}?dryRun=All` : target, headers }, ...(also && { also: 'create' }) };
}

export const groups: APIGroupFacts[] = discovery;

export const resourceCases: Case[] = groups.flatMap(({ group, versions }) =>
  versions.flatMap(({ version, resources }) => {
    const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    return resources.flatMap(({ resource, scope, subresources = [] }) => {
      const namespaced = scope === 'Namespaced';
      const asked = { group, resource, subresource: '', namespace: '', name: '' };
      const namespace = namespaced ? 'a' : '';
      const name = resource === 'namespaces' ? 'a' : 'one';
      const at = `${base}/${namespaced ? 'namespaces/a/' : ''}${resource}`;
      // a namespace lies in itself
      const item = { ...asked, namespace: resource === 'namespaces' ? name : namespace, name };
      const elsewhere = { ...asked, namespace: 'b' };
      return [
        ...collection(base, at, { ...asked, namespace }),
        ...each(`${at}/${name}`, item),
        newCase('HEAD', `${at}/${name}`, { ...item, verb: 'get' }),
        newCase('GET', `${base}/watch${at.slice(base.length)}/${name}?resourceVersion=1`, { ...item, verb: 'watch' }),
        ...subresources.flatMap(({ subresource }) => each(`${at}/${name}/${subresource}${subresource === 'proxy' ? '/some/path' : ''}`, { ...item, subresource })),
        ...(namespaced ? [
          ...collection(base, `${base}/${resource}`, asked),
          newCase('GET', `${base}/namespaces/b/${resource}`, { ...elsewhere, verb: 'list' }),
          newCase('GET', `${base}/namespaces/b/${resource}/one`, { ...elsewhere, name: 'one', verb: 'get' }),
          newCase('DELETE', `${base}/namespaces/b/${resource}/two`, { ...elsewhere, name: 'two', verb: 'delete' }),
          ...subresources.map(({ subresource }) => newCase('POST', `${base}/namespaces/b/${resource}/two/${subresource}`, { ...elsewhere, name: 'two', subresource, verb: 'create' })),
        ] : []),
      ];
    });
  }),
);

/** What can be asked of all of them at once. A watch of what has long been forgotten ends by itself. */
function collection(base: string, at: string, asked: Omit<Asked, 'verb'>): Case[] {
  return [
    newCase('GET', at, { ...asked, verb: 'list' }),
    newCase('GET', `${at}?watch=true&resourceVersion=1`, { ...asked, verb: 'watch' }),
    newCase('GET', `${base}/watch${at.slice(base.length)}?resourceVersion=1`, { ...asked, verb: 'watch' }),
    newCase('POST', at, { ...asked, verb: 'create' }),
    newCase('DELETE', at, { ...asked, verb: 'deletecollection' }),
  ];
}

function each(target: string, asked: Omit<Asked, 'verb'>): Case[] {
  return Object.entries(methods).map(([verb, method]) => newCase(method, target, { ...asked, verb }));
}

const paths = [
  '/', '/api', '/api/', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/version', '/healthz', '/healthz/etcd', '/livez', '/readyz/ping', '/metrics', '/metrics/slis', '/logs', '/logs/x',
  '/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1', '/.well-known/openid-configuration', '/openid/v1/jwks', '/debug/pprof', '/debug/pprof/profile', '/debug/api_priority_and_fairness/dump_queues', '/nowhere', '/API/v1/secrets',
];

export const pathCases: Case[] = paths.flatMap((path) => ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'].map((method) => newCase(method, path, { verb: method.toLowerCase(), path })));

export function may(oracle: Oracle, who: Who, { asked, also }: Pick<Case, 'asked' | 'also'>): boolean {
  if ('path' in asked) return oracle.mayReach(who, asked);
  return oracle.mayDo(who, asked) && (also === undefined || oracle.mayDo(who, { ...asked, verb: also }));
}

/** What a 403 says, as Kubernetes words it. */
export function refusal(oracle: Oracle, who: Who, { asked }: Case): string {
  // one of the bindings leads nowhere
  const missing = who.name === 'member' ? 'RBAC: clusterrole.rbac.authorization.k8s.io "no-such-role" not found' : '';
  const because = missing === '' ? '' : `: ${missing}`;
  if ('path' in asked) return `forbidden: User "${who.name}" cannot ${asked.verb} path "${asked.path}"${because}`;
  const { verb, group, resource, subresource, namespace, name } = asked;
  const forbidden = `${group === '' ? resource : `${resource}.${group}`}${name === '' ? '' : ` "${name}"`} is forbidden: `;
  // the second verb's refusal has the reason alone
  if (oracle.mayDo(who, asked)) return forbidden + missing;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${forbidden}User "${who.name}" cannot ${verb} resource "${subresource === '' ? resource : `${resource}/${subresource}`}" in API group "${group}" ${where}${because}`;
}
