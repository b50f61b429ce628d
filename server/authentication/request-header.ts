/**
 * Users whom a front proxy names in headers. Who may do so is for the one who asks: see newX509Verifier.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/headerrequest/requestheader.go.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Authenticator } from './interfaces.ts';

/** Names of headers, and what names of headers start with; upper and lower case are the same. */
export interface RequestHeaderConfig {
  usernameHeaders: readonly string[];
  uidHeaders: readonly string[];
  groupHeaders: readonly string[];
  extraHeaderPrefixes: readonly string[];
}

/** The first header with a value names the user and the uid, all that there are the groups and what is said besides. */
export function newRequestHeaderAuthenticator({ usernameHeaders, uidHeaders, groupHeaders, extraHeaderPrefixes }: RequestHeaderConfig): Authenticator {
  return {
    authenticateRequest({ rawHeaders = [] }) {
      const pairs = pairsOf(rawHeaders);
      const values = (name: string) => pairs.flatMap(([each, value]) => (each === name.toLowerCase() ? [value] : []));
      const first = (names: readonly string[]) => names.map((each) => values(each)[0] ?? '').find(Boolean) ?? '';
      const name = first(usernameHeaders);
      if (name === '') return undefined;
      const uid = first(uidHeaders);
      const extra = extraOf(pairs, extraHeaderPrefixes);
      return { user: { name, ...(uid && { uid }), groups: groupHeaders.flatMap(values).filter(Boolean), ...(Object.keys(extra).length > 0 && { extra }) } };
    },
  };
}

/** Takes off a request what only a front proxy may say. */
export function clearAuthenticationHeaders(headers: IncomingHttpHeaders, { usernameHeaders, uidHeaders, groupHeaders, extraHeaderPrefixes }: RequestHeaderConfig): void {
  for (const name of [...usernameHeaders, ...uidHeaders, ...groupHeaders]) delete headers[name.toLowerCase()];
  for (const name in headers) if (extraHeaderPrefixes.some((prefix) => name.startsWith(prefix.toLowerCase()))) delete headers[name];
}

type Pair = [name: string, value: string];

function pairsOf(raw: readonly string[]): Pair[] {
  return raw.flatMap((name, i): Pair[] => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? '']] : []));
}

/** By prefix first: what the first one finds stands first. */
function extraOf(pairs: readonly Pair[], prefixes: readonly string[]): Record<string, string[]> {
  const found = prefixes.flatMap((prefix) => pairs.flatMap(([name, value]): Pair[] => (name.startsWith(prefix.toLowerCase()) ? [[unescapeKey(name.slice(prefix.length)), value]] : [])));
  return Object.fromEntries([...Map.groupBy(found, ([key]) => key)].map(([key, all]) => [key, all.map(([, value]) => value)]));
}

function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
