/**
 * The names that stand for a service account: a user and two groups.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/serviceaccount/util.go. Leaves out what bound tokens add.
 */
import { isDNS1123Label, isDNS1123Subdomain } from '../apimachinery/names.ts';

const prefix = 'system:serviceaccount:';

export const makeUsername = (namespace: string, name: string) => `${prefix}${namespace}:${name}`;

export const makeGroupNames = (namespace: string) => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];

/** Undefined for a user who is no service account. */
export function splitUsername(username: string): { namespace: string; name: string } | undefined {
  if (!username.startsWith(prefix)) return undefined;
  const [namespace = '', name = '', ...more] = username.slice(prefix.length).split(':');
  const valid = more.length === 0 && isDNS1123Label(namespace).length === 0 && isDNS1123Subdomain(name).length === 0;
  return valid ? { namespace, name } : undefined;
}
