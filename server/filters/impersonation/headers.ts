/**
 * Who a request wants to be taken for: Impersonate-User, and optionally -Uid, -Group (repeated) and -Extra-<key>.
 *
 * Upstream: processImpersonationHeaders of k8s.io/apiserver/pkg/endpoints/filters/impersonation/
 * constrained_impersonation.go.
 */
import type { Request } from 'express';
import { quote } from '../../apimachinery/quote.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { newBadRequest } from '../../http/status.ts';

const extraPrefix = 'impersonate-extra-';

/**
 * The user as the headers give it, without what is added later; undefined where nobody is named. The headers are taken
 * off: nothing below shall tell an impersonated user from the real one.
 */
export function processImpersonationHeaders(req: Request): UserInfo | undefined {
  const names: string[] = [];
  for (const name in req.headers) if (name.startsWith('impersonate-')) names.push(name);
  if (names.length === 0) return undefined;
  const wanted: UserInfo = { name: headerValues(req, 'impersonate-user')[0] ?? '', groups: headerValues(req, 'impersonate-group') };
  const uid = headerValues(req, 'impersonate-uid')[0];
  if (uid) wanted.uid = uid;
  const extra = Map.groupBy(names.filter((name) => name.startsWith(extraPrefix)), (name) => unescapeKey(name.slice(extraPrefix.length)));
  if (extra.size > 0) wanted.extra = Object.fromEntries([...extra].map(([key, headers]) => [key, headers.flatMap((name) => headerValues(req, name))]));
  if (wanted.name === '' && (wanted.uid || wanted.groups.length > 0 || wanted.extra)) {
    throw newBadRequest(`requested ${goSyntax(wanted)} without impersonating a user name`);
  }
  if (wanted.name === '') return undefined;
  for (const name of names) if (/^impersonate-(user|uid|group|extra-.*)$/.test(name)) delete req.headers[name];
  return wanted;
}

/** Repeated headers one by one: joined, a comma in a group's name could not be told from one between two groups. */
function headerValues({ rawHeaders, headers }: Request, name: string): string[] {
  const raw = rawHeaders ?? [];
  const values = raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === name);
  const joined = headers[name] ?? [];
  return values.length > 0 ? values : [joined].flat();
}

function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** The user as Go's `%#v` prints it, for upstream's message has it so. */
function goSyntax({ name, uid = '', groups, extra }: UserInfo): string {
  const list = (values: string[]) => `[]string{${values.map(quote).join(', ')}}`;
  const entries = Object.entries(extra ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, values]) => `${quote(key)}:${list(values)}`);
  const goGroups = groups.length > 0 ? list(groups) : '[]string(nil)';
  const goExtra = extra ? `map[string][]string{${entries.join(', ')}}` : 'map[string][]string(nil)';
  return `&user.DefaultInfo{Name:${quote(name)}, UID:${quote(uid)}, Groups:${goGroups}, Extra:${goExtra}}`;
}
