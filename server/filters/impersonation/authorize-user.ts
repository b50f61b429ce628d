/**
 * May the requestor be taken for this user? Each part of the wanted user, its name, uid, groups and extra, is a resource
 * of its own that the requestor needs a right to.
 *
 * Upstream: impersonationModeState of k8s.io/apiserver/pkg/endpoints/filters/impersonation/mode.go.
 */
import { aggregate, invalid, newPath } from '../../apimachinery/field.ts';
import { isDNS1123Subdomain, regexError } from '../../apimachinery/names.ts';
import { quote } from '../../apimachinery/quote.ts';
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, ANONYMOUS, PRIVILEGED_GROUP } from '../../authentication/interfaces.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { makeGroupNames, splitUsername } from '../../authentication/service-account.ts';
import { forbiddenStatusError } from '../../authorization/forbidden.ts';
import type { Attributes, Authorizer } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { checkAuthorization, nodeNameOf } from './check.ts';

/** From so many checks on, a right to all of them is asked for first. */
const manyAuthorizationChecks = 4;
const authenticationGroup = 'authentication.k8s.io';

/** Answers the user complete with the groups that go with it; throws Forbidden. */
export async function authorizeUser(ctx: RequestContext, authorizer: Authorizer, verb: string, requestor: UserInfo, wanted: UserInfo): Promise<UserInfo> {
  const legacy = verb === 'impersonate';
  const about = (group: string, resource: string, name: string): Attributes => ({
    user: requestor, verb, isResourceRequest: true, path: '', namespace: '', apiGroup: group, apiVersion: 'v1', resource, subresource: '', name,
  });
  const check = (attributes: Attributes) => checkAuthorization(ctx, authorizer, attributes);
  const userGroup = legacy ? '' : authenticationGroup;

  const groups = await authorizeName(about(userGroup, 'users', wanted.name), wanted, legacy, check);
  if (wanted.uid) await check(about(authenticationGroup, 'uids', wanted.uid));
  await authorizeGroups(about(userGroup, 'groups', ''), wanted.groups, legacy, check);
  await authorizeExtra(about(authenticationGroup, 'userextras', ''), wanted.extra ?? {}, legacy, check);

  return { ...wanted, groups: withDefaultGroup(wanted.name, groups) };
}

type Check = (attributes: Attributes) => Promise<void>;

/** Answers the groups: those wanted, or those that come with a node or a service account. */
async function authorizeName(user: Attributes, { name, groups }: UserInfo, legacy: boolean, check: Check): Promise<string[]> {
  const account = splitUsername(name);
  if (account) {
    await check({ ...user, resource: 'serviceaccounts', ...account });
    return groups.length > 0 ? groups : makeGroupNames(account.namespace);
  }
  const node = legacy ? undefined : nodeNameOf(name);
  await check(node === undefined ? user : { ...user, resource: 'nodes', name: node });
  return node === undefined ? groups : ['system:nodes'];
}

function withDefaultGroup(name: string, groups: string[]): string[] {
  const group = name === ANONYMOUS ? ALL_UNAUTHENTICATED : ALL_AUTHENTICATED;
  return groups.includes(group) || groups.includes(ALL_UNAUTHENTICATED) ? groups : [...groups, group];
}

async function authorizeGroups(about: Attributes, groups: string[], legacy: boolean, check: Check): Promise<void> {
  if (!legacy && groups.includes('')) throw forbiddenStatusError(about, 'impersonating the empty string group is not allowed');
  if (!legacy && groups.includes(PRIVILEGED_GROUP)) {
    throw forbiddenStatusError({ ...about, name: PRIVILEGED_GROUP }, 'impersonating the system:masters group is not allowed');
  }
  const each = groups.map((name) => ({ ...about, name }));
  await checkAllOrEach({ ...about, name: '*' }, each, !legacy && groups.length >= manyAuthorizationChecks, check);
}

async function authorizeExtra(about: Attributes, extra: Record<string, string[]>, legacy: boolean, check: Check): Promise<void> {
  const keys = Object.entries(extra);
  const refused = legacy ? '' : extraError(keys);
  if (refused !== '') throw forbiddenStatusError(about, refused);
  const each = keys.flatMap(([key, values]) => values.map((name) => ({ ...about, subresource: key, name })));
  const many = keys.length >= manyAuthorizationChecks || each.length >= manyAuthorizationChecks;
  await checkAllOrEach({ ...about, subresource: '*', name: '*' }, each, !legacy && many, check);
}

async function checkAllOrEach(all: Attributes, each: Attributes[], many: boolean, check: Check): Promise<void> {
  if (many) {
    const allowed = await check(all).then(() => true, () => false);
    if (allowed) return;
  }
  for (const attributes of each) await check(attributes);
}

/** What the legacy mode lets through and the others do not. */
function extraError(extra: [key: string, values: string[]][]): string {
  for (const [key, values] of extra) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const why = domainPrefixedPathError(key);
    if (why !== '') return `impersonating an invalid key in extra is not allowed: ${why}`;
    if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${quote(key)}`;
    if (values.length === 0) return 'impersonating empty values in extra is not allowed';
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return '';
}

const httpPathFormat = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

function domainPrefixedPathError(key: string): string {
  const path = newPath('extra', 'key');
  const at = key.indexOf('/');
  const [host, rest] = [key.slice(0, at), key.slice(at + 1)];
  if (at < 0 || host === '' || rest === '') return aggregate([invalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")')]);
  const errors = isDNS1123Subdomain(host).map((why) => invalid(path, host, why));
  if (!new RegExp(`^${httpPathFormat}$`).test(rest)) errors.push(invalid(path, rest, regexError('Invalid path', httpPathFormat)));
  return errors.length > 0 ? aggregate(errors) : '';
}
