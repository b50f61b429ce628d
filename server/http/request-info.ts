/**
 * RequestInfo says what a request is about, read from its method and path alone.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go. Leaves out nothing.
 */
import { parseFieldSelector } from '../apimachinery/fields.ts';
import { parseLabelSelector } from '../apimachinery/label-parser.ts';
import { isPathSegmentName } from '../apimachinery/names.ts';
import { quote } from '../apimachinery/quote.ts';
import { splitPath } from './split-path.ts';
import { newBadRequest } from './status.ts';
import { malformedEscape, urlPath } from './url-path.ts';
import { urlQuery } from './url-query.ts';

export interface RequestInfo {
  isResourceRequest: boolean;
  path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection, proxy; the lower-case method where it is no resource. */
  verb: string;
  apiPrefix: string;
  apiGroup: string;
  apiVersion: string;
  namespace: string;
  resource: string;
  subresource: string;
  name: string;
  /** The path's segments from the resource on. */
  parts: string[];
  /** What list and watch ask for, as far as an authorizer wants to know it. */
  fieldSelector: string;
  labelSelector: string;
}

export interface RequestInfoResolver {
  /** Throws for a path that names neither a resource nor anything else (`/api/v1/watch`). */
  resolve(method: string, url: string): RequestInfo;
}

/** A request that may take as long as it likes: a watch, a log that is followed. */
export type LongRunningRequestCheck = (info: RequestInfo) => boolean;

const verbs: Record<string, string> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const namespaceSubresources = ['status', 'finalize'];

export function newRequestInfoResolver({ apiPrefixes, grouplessAPIPrefixes }: { apiPrefixes: string[]; grouplessAPIPrefixes: string[] }): RequestInfoResolver {
  return {
    resolve(method, url) {
      const malformed = url.includes('%') ? malformedEscape(url) : undefined;
      if (malformed !== undefined) throw newBadRequest(`invalid URL escape ${quote(malformed)}`);
      const path = urlPath(url);
      const info = nonResource(method, path);

      let parts = splitPath(path);
      if (parts.length < 3 || !apiPrefixes.includes(parts[0]!)) return info;
      info.apiPrefix = parts[0]!;
      const grouped = !grouplessAPIPrefixes.includes(info.apiPrefix);
      if (grouped && parts.length < 4) return info;
      if (grouped) info.apiGroup = parts[1]!;
      info.apiVersion = parts[grouped ? 2 : 1]!;
      info.isResourceRequest = true;
      parts = parts.slice(grouped ? 3 : 2);

      const verbInPath = parts[0] === 'watch' || parts[0] === 'proxy';
      info.verb = verbInPath ? parts[0]! : (verbs[method] ?? '');
      if (verbInPath) {
        if (parts.length < 2) throw new Error(`unable to determine kind and namespace from url, ${url}`);
        parts = parts.slice(1);
      }
      placeParts(info, parts);
      refineVerb(info, url.includes('?') ? urlQuery(url) : undefined, verbInPath);
      return info;
    },
  };
}

function nonResource(method: string, path: string): RequestInfo {
  return {
    isResourceRequest: false,
    path,
    verb: method.toLowerCase(),
    apiPrefix: '',
    apiGroup: '',
    apiVersion: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts: [],
    fieldSelector: '',
    labelSelector: '',
  };
}

/** Namespace, resource, name and subresource; what comes after a subresource is nobody's here. */
function placeParts(info: RequestInfo, parts: string[]): void {
  if (parts[0] === 'namespaces' && parts.length > 1) {
    info.namespace = parts[1]!;
    if (parts.length > 2 && !namespaceSubresources.includes(parts[2]!)) parts = parts.slice(2);
  }
  info.parts = parts;
  info.resource = parts[0]!;
  info.name = parts[1] ?? '';
  if (info.verb !== 'proxy') info.subresource = parts[2] ?? '';
}

/** A get without a name is a list or a watch, a delete without one a deletecollection. */
function refineVerb(info: RequestInfo, params: URLSearchParams | undefined, verbInPath: boolean): void {
  if (info.name === '' && info.verb === 'get') {
    info.verb = params !== undefined && isWatch(params) ? 'watch' : 'list';
    if (params !== undefined) info.name = selectedName(params);
  }
  if (info.name === '' && info.verb === 'delete') info.verb = 'deletecollection';
  if (params !== undefined && !verbInPath && (info.verb === 'list' || info.verb === 'watch' || info.verb === 'deletecollection')) {
    info.fieldSelector = params.get('fieldSelector') ?? '';
    info.labelSelector = params.get('labelSelector') ?? '';
  }
}

function isWatch(params: URLSearchParams): boolean {
  const watch = params.get('watch')?.toLowerCase();
  return watch !== undefined && watch !== 'false' && watch !== '0';
}

/** A list of one object by its name is authorized as that object; options that do not parse select none. */
function selectedName(params: URLSearchParams): string {
  const selector = params.get('fieldSelector');
  if (!selector?.includes('metadata.name')) return '';
  try {
    for (const option of ['limit', 'timeoutSeconds']) {
      if (!/^[+-]?\d+$/.test(params.get(option) ?? '0')) return '';
    }
    parseLabelSelector(params.get('labelSelector') ?? '');
    const name = parseFieldSelector(selector).requiresExactMatch('metadata.name') ?? '';
    return isPathSegmentName(name).length === 0 ? name : '';
  } catch {
    return '';
  }
}
