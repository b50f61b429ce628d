/**
 * What a request is about, from its method and target alone, by what is documented of them and nothing of the server's own
 * code: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb.
 */
import type { Asked, AskedPath } from './oracle.ts';

const verbs: Record<string, string> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** `refused`: it is not about anything, and answered before anybody asks who may. */
export function readRequest(method: string, target: string): Asked | AskedPath | 'refused' {
  const [whole = '', ...queries] = target.split('?');
  const path = unescape(whole.replace(/^[a-z]+:\/\/[^/]*/i, ''));
  if (path === undefined || (!target.startsWith('/') && !/^[a-z]+:\/\//i.test(target))) return 'refused';
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  const [prefix = ''] = parts;
  const grouped = prefix === 'apis';
  const size = grouped ? 3 : 2;
  if ((prefix !== 'api' && !grouped) || parts.length <= size) return { verb: method.toLowerCase(), path };

  const group = grouped ? parts[1]! : '';
  let rest = parts.slice(size);
  const special = rest[0] === 'watch' || rest[0] === 'proxy' ? rest[0] : undefined;
  if (special) rest = rest.slice(1);
  if (rest.length === 0) return 'refused';
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1]!;
    if (rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') rest = rest.slice(2);
  }
  const [resource = '', name = '', subresource = ''] = rest;
  const asked = { group, resource, subresource: special === 'proxy' ? '' : subresource, namespace, name };
  const verb = special ?? verbs[method] ?? '';
  if (name !== '') return { ...asked, verb };
  if (verb === 'delete') return { ...asked, verb: 'deletecollection' };
  if (verb !== 'get') return { ...asked, verb };
  const query = readQuery(queries.join('?'));
  const watches = query.has('watch') && !['false', '0'].includes(query.get('watch')!.toLowerCase());
  return { ...asked, verb: watches ? 'watch' : 'list', name: selectedName(query) };
}

function unescape(text: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  return Buffer.from(text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString('utf8');
}

/** The first value of each; what is not written as it should be does not count. */
function readQuery(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const at = pair.indexOf('=');
    const [key, value] = (at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]).map((part) => unescape(part.replaceAll('+', ' ')));
    if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value);
  }
  return values;
}

/** Of a list that is narrowed to one object by its name, that name; of one whose options cannot be read, none. */
function selectedName(query: Map<string, string>): string {
  if (['limit', 'timeoutSeconds'].some((option) => !/^[+-]?\d+$/.test(query.get(option) ?? '0'))) return '';
  if (query.get('labelSelector')?.includes('!!')) return '';
  const terms = (query.get('fieldSelector') ?? '').split(',').sort();
  if (!terms.every((term) => /[^=!]=/.test(term) || term === '' || /!=/.test(term))) return '';
  const [, name = ''] = terms.map((term) => /^metadata\.name==?(.*)$/.exec(term)).find(Boolean) ?? [];
  return name === '.' || name === '..' || /[/%]/.test(name) ? '' : name;
}
