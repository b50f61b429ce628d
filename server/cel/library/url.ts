/**
 * `url('https://example.com:80/path?query=value').getHost()`.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/library/urls.go over Go's net/url.
 */
import { quote } from '../../apimachinery/quote.ts';
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { opaqueType } from '../types.ts';
import { Opaque } from '../values.ts';
import type { Value } from '../values.ts';

const NAME = 'kubernetes.URL';
const type = opaqueType(NAME);

interface Parts {
  scheme: string;
  host: string;
  path: string;
  query: string;
}

class GoURL extends Opaque {
  readonly type = type;
  readonly text: string;
  readonly parts: Parts;
  constructor(text: string, parts: Parts) {
    super();
    this.text = text;
    this.parts = parts;
  }
  equals(other: Opaque): boolean {
    return other instanceof GoURL && this.text === other.text;
  }
}

function parse(text: string): GoURL {
  try {
    return new GoURL(text, parseRequestURI(text));
  } catch (err) {
    throw new EvaluationError(`URL parse error during conversion from string: ${err instanceof Error ? err.message : String(err)}`);
  }
}

/** An absolute URL or an absolute path; throws what Go says of anything else. */
export function parseRequestURI(text: string): Parts {
  const bad = (why: string) => new Error(`parse ${quote(text)}: ${why}`);
  if (/[\x00-\x1f\x7f]/.test(text)) throw bad('net/url: invalid control character in URL');
  if (text === '') throw bad('empty url');
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  if (text.startsWith(':')) throw bad('missing protocol scheme');
  const [whole = ''] = rest.split('#', 1);
  const query = whole.includes('?') ? whole.slice(whole.indexOf('?') + 1) : '';
  const hierarchy = whole.split('?', 1)[0] ?? '';
  if (!hierarchy.startsWith('/')) throw bad('invalid URI for request');
  const [, authority, path = ''] = scheme !== '' || hierarchy.startsWith('//') ? (/^(?:\/\/([^/]*))?(.*)$/s.exec(hierarchy) ?? []) : ['', undefined, hierarchy];
  const invalidEscape = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(path);
  if (invalidEscape) throw bad(`invalid URL escape ${quote(invalidEscape[0])}`);
  return { scheme: scheme.toLowerCase(), host: authority === undefined ? '' : hostOf(authority, bad), path, query };
}

function hostOf(authority: string, bad: (why: string) => Error): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const port = host.startsWith('[') ? host.slice(host.indexOf(']') + 1) : host.includes(':') ? host.slice(host.indexOf(':')) : '';
  if (host.startsWith('[') && !host.includes(']')) throw bad("missing ']' in host");
  if (!/^(?::\d*)?$/.test(port)) throw bad(`invalid port ${quote(port)} after host`);
  const wrong = /[\s"<>^`{|}\\]/.exec(host);
  if (wrong) throw bad(`invalid character ${quote(wrong[0])} in host name`);
  return host;
}

function takes(text: string): boolean {
  try {
    parseRequestURI(text);
    return true;
  } catch {
    return false;
  }
}

/** An overload is called only with URLs where it asks for them. */
function parts(value: Value): Parts {
  if (!(value instanceof GoURL)) throw new EvaluationError('no such overload');
  return value.parts;
}

const port = (host: string) => /:(\d*)$/.exec(host.replace(/^\[.*\]/, ''))?.[1] ?? '';
const hostname = (host: string) => host.replace(/^\[(.*)\](?::\d*)?$/, '$1').replace(/^([^:]*):\d*$/, '$1');
/** What has been escaped stays so; what must be is. */
const escapedPath = (path: string) => path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@!'()*%]+/g, (all) => encodeURIComponent(all));

function queryOf(query: string): ReadonlyMap<string, Value> {
  const all = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(query)) all.set(key, [...(all.get(key) ?? []), value]);
  return all;
}

const texts = (text: string) => text.length / 10;

export const urls: readonly Overload[] = [
  func('url', ['string'], NAME, parse, texts),
  func('isURL', ['string'], 'bool', takes, texts),
  method('getScheme', [NAME], 'string', (url) => parts(url).scheme),
  method('getHost', [NAME], 'string', (url) => parts(url).host),
  method('getHostname', [NAME], 'string', (url) => hostname(parts(url).host)),
  method('getPort', [NAME], 'string', (url) => port(parts(url).host)),
  method('getEscapedPath', [NAME], 'string', (url) => escapedPath(parts(url).path)),
  method('getQuery', [NAME], 'map(string, list(string))', (url) => queryOf(parts(url).query)),
];
