/** Paths, queries and headers that are not what a client would send. */
import { namespace } from './corpus.ts';
import type { Random } from './random.ts';
import { oddText } from './values.ts';

const pathEnds = ['/', '//', '/.', '/..', '/../..', '/%2e%2e', '/%2F', '%00', '/%00', '/%', '/%zz', '/%c3%28', '/%ed%a0%80', '/a', '/a/b', '/status', '/scale', '/proxy/a/b', '/exec', '/log', '/__proto__', '/constructor', ';a=b', '%3Fwatch=1', '%20', '/%0d%0aX:y', `/${'a'.repeat(300)}`, `/${'a/'.repeat(200)}`, `/${'%41'.repeat(3000)}`];
const otherPaths = ['/', '/api', '/apis', '/api/', '/api/v1', '/api/v2/pods', '/apis/apps', '/apis/apps/v1', '/apis/apps/v9/deployments', '/apis/__proto__/v1/a', '/api/v1/constructor', '/api/v1/watch', '/api/v1/watch/pods', `/api/v1/watch/namespaces/${namespace}/pods`, '/api/v1/proxy', '/api/v1/namespaces', '/api/v1/namespaces/', '/api/v1/namespaces//pods', '/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1', '/openapi/v3/x', '/version', '/version/', '/healthz', '/livez/ping', '/readyz?verbose&exclude=etcd', '/metrics', '/favicon.ico', '/logs', '/debug/pprof', '*', '//api/v1/pods', '/./api/v1/pods', '/api/../api/v1/pods', '/%61pi/v1/pods', 'http://a/api/v1/pods', 'https://a', 'ftp://a/b', '/api/v1/pods#a', '/ü', '/\\'];

export function oddPath(random: Random, path: string): string {
  switch (random.int(5)) {
    case 0:
      return random.pick(otherPaths);
    case 1:
      return path.replaceAll('/', (slash) => (random.chance(0.2) ? random.pick(['//', '%2f', '/./', '/%2e/', '/../', '\\', '/%20']) : slash));
    case 2: {
      const at = 1 + random.int(path.length);
      return path.slice(0, at) + encodeURI(oddText(random).toWellFormed().slice(0, 1000)).replace(/[?#]/g, '') + path.slice(at);
    }
    default:
      return path + random.pick(pathEnds);
  }
}

const truths = ['true', 'false', '0', '1', '', 'T', 'yes', 'FALSE', '2'];
const numbers = ['0', '1', '2', '500', '-1', '1.5', 'a', '', '9223372036854775807', '9223372036854775808', '1e3', '0x10', ' 1', '+1', '00'];
// those that are yet to come are waited for, three seconds each: few of them
const revisions = [...['0', '1', '2', '5', '20'].flatMap((one) => [one, one, one, one]), '-1', 'a', '', '00', '18446744073709551616', '18446744073709551615'];
const selectors = ['a=b', 'a==b', 'a!=b', 'a', '!a', 'a in (b,c)', 'a notin (b)', 'a in ()', 'a in (', 'a>1', 'a<x', 'a,b=c,,', '=', '==', ',', 'a=b=c', 'a\\,b', '__proto__=a', 'constructor', '(a)', 'a b', `a=${'b'.repeat(64)}`, '\0', 'a in (b', 'in', 'notin=in', ' ', ''];
const fields = ['metadata.name=anchor', 'metadata.namespace=fuzz', 'metadata.name!=a', 'status.phase=Running', 'spec.nodeName=', 'a=b', '=', 'metadata.name', 'metadata.name=a,metadata.name=b', 'metadata.name=a\\', 'type=Opaque', '__proto__=a', 'involvedObject.kind=Pod', 'a=b,', '\\', 'spec.unschedulable=x', ''];
const continues = ['a', '%00', '=', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0', Buffer.from('{"v":"meta.k8s.io/v1","rv":-1,"start":"a/b"}').toString('base64url'), Buffer.from('{"v":"meta.k8s.io/v1","rv":0,"start":"../x"}').toString('base64url'), Buffer.from('{"v":"meta.k8s.io/v1","rv":9007199254740993,"start":"fuzz/a"}').toString('base64url'), Buffer.from('{"v":"meta.k8s.io/v2"}').toString('base64url'), Buffer.from('[1]').toString('base64url'), Buffer.from('{"v":"meta.k8s.io/v1","rv":"a","start":null}').toString('base64url'), Buffer.from('null').toString('base64url')];

const parameters: Record<string, readonly string[]> = {
  limit: numbers,
  continue: continues,
  resourceVersion: revisions,
  resourceVersionMatch: ['Exact', 'NotOlderThan', '', 'a', 'exact'],
  labelSelector: selectors,
  fieldSelector: fields,
  timeoutSeconds: numbers,
  allowWatchBookmarks: truths,
  sendInitialEvents: truths,
  dryRun: ['All', 'all', '', 'a', 'All,All'],
  fieldManager: ['a', '', 'a'.repeat(129), '\u0001', '\u{1f9e8}', 'a b', '__proto__', '\ud800'.toWellFormed()],
  fieldValidation: ['Strict', 'Warn', 'Ignore', '', 'strict'],
  force: truths,
  pretty: truths,
  includeObject: ['None', 'Metadata', 'Object', 'a', ''],
  gracePeriodSeconds: numbers,
  propagationPolicy: ['Orphan', 'Background', 'Foreground', 'a', ''],
  orphanDependents: truths,
  'preconditions.uid': ['a', ''],
  container: ['a', '', '../a'],
  command: ['a', ''],
  ports: numbers,
  path: ['', '/', '../..', 'a b'],
  follow: truths,
  tailLines: numbers,
  sinceTime: ['2026-01-01T00:00:00Z', 'a'],
  timeout: ['1s', '0', '-1s', 'a', '1h', '9999999999h', '1ns'],
};
const parameterNames = Object.keys(parameters);

export function oddQuery(random: Random): [string, string][] {
  return Array.from({ length: random.pick([1, 1, 2, 3, 5]) }, (): [string, string] => {
    const name = random.pick(parameterNames);
    if (random.chance(0.05)) return [oddText(random).toWellFormed().slice(0, 2000), oddText(random).toWellFormed().slice(0, 2000)];
    return [name, random.chance(0.9) ? random.pick(parameters[name]!) : oddText(random).toWellFormed().slice(0, 2000)];
  });
}

/** Mostly as a form would be written, sometimes with what cannot be one. */
export function queryText(random: Random, query: readonly [string, string][]): string {
  const text = new URLSearchParams(query as [string, string][]).toString();
  return random.chance(0.03) ? text + random.pick(['&', '&&=', '&%', '&%zz=1', '?a', ';a=b', '&a[b]=c', '&__proto__[a]=b', '=']) : text;
}

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const accepts = ['*/*', 'application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', table, 'application/json;as=Table;v=v1beta1;g=meta.k8s.io', 'application/yaml;as=Table;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json', 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=__proto__;v=v1;g=meta.k8s.io', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', 'application/cbor', 'text/html', 'a', ';', ',', 'application/json;q=x', 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch', 'application/json;;;=', '*', '/', `${'a/b,'.repeat(2000)}*/*`, `${table},application/json`];
const contentTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/apply-patch+cbor', 'application/cbor', 'application/json; charset=latin1', 'APPLICATION/JSON', 'application/json;', 'application/json;a', 'multipart/form-data; boundary=a', '', 'a', '/', ';', 'application/json,application/yaml', 'application/json;stream=watch'];

const others: readonly (readonly [string, readonly string[]])[] = [
  ['Content-Encoding', ['gzip', 'identity', 'br', 'a', '']],
  ['Accept-Encoding', ['gzip', 'gzip;q=0', '*', 'identity;q=0', 'br']],
  ['Impersonate-User', ['alice', '', 'system:admin', 'system:serviceaccount:a:b', 'system:serviceaccount:a', 'system:node:a', '\u00e9', 'a'.repeat(10_000)]],
  ['Impersonate-Group', ['a', 'system:masters', 'system:authenticated', '']],
  ['Impersonate-Uid', ['a', '']],
  ['Impersonate-Extra-a', ['b']],
  ['Impersonate-Extra-%zz', ['b']],
  ['Impersonate-Extra-', ['']],
  ['Impersonate-Extra-__proto__', ['b']],
  ['Authorization', ['', 'Bearer', 'Bearer ', 'Bearer a', 'Bearer a b', 'bearer a', 'Basic YTpi', 'Basic =', 'a', `Bearer ${'a'.repeat(20_000)}`, 'Bearer eyJhbGciOiJub25lIn0.e30.']],
  ['User-Agent', ['', 'curl/8', 'Mozilla/5.0', 'kubectl/v1.36.2', '/', '\u00ff\u0080', 'a'.repeat(5000), '__proto__']],
  ['Origin', ['http://a', 'null', 'a', '']],
  ['If-None-Match', ['*', '"a"', 'W/"a"', 'a']],
  ['Expect', ['100-continue', 'a']],
  ['Connection', ['close', 'keep-alive', 'Upgrade']],
  ['Upgrade', ['websocket', 'SPDY/3.1', 'h2c']],
  ['Audit-ID', ['a', '', 'a'.repeat(1000), '\t']],
  ['Traceparent', ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'a', '00--']],
  ['X-Forwarded-For', ['a', '1.2.3.4, b', '::1']],
  ['X-Remote-User', ['a']],
  ['Cookie', ['a=b', ';;;', '__proto__=a']],
  ['Range', ['bytes=0-1', 'a']],
  ['X-A', ['a'.repeat(60_000), '']],
  ['Sec-WebSocket-Protocol', ['v4.channel.k8s.io', 'a']],
  ['Sec-WebSocket-Key', ['a']],
  ['X-HTTP-Method-Override', ['DELETE']],
];

export function oddHeader(random: Random): [string, string] {
  if (random.chance(0.35)) return ['Accept', random.pick(accepts)];
  if (random.chance(0.3)) return ['Content-Type', random.pick(contentTypes)];
  const [name, values] = random.pick(others);
  return [name, random.pick(values)];
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'LINK', 'QUERY', 'FROB', 'get', 'PRI'];
