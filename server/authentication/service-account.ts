/**
 * The names that stand for a service account: a user and two groups, and what its token says besides.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/serviceaccount/util.go, and CredentialIDForJTI of
 * pkg/authentication/token/jwt.
 */
import { isDNS1123Label, isDNS1123Subdomain } from '../apimachinery/names.ts';
import type { UserInfo } from './interfaces.ts';

const prefix = 'system:serviceaccount:';
const extraKey = (name: string) => `authentication.kubernetes.io/${name}`;

export const makeUsername = (namespace: string, name: string) => `${prefix}${namespace}:${name}`;

export const makeGroupNames = (namespace: string) => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];

/** Undefined for a user who is no service account. */
export function splitUsername(username: string): { namespace: string; name: string } | undefined {
  if (!username.startsWith(prefix)) return undefined;
  const [namespace = '', name = '', ...more] = username.slice(prefix.length).split(':');
  const valid = more.length === 0 && isDNS1123Label(namespace).length === 0 && isDNS1123Subdomain(name).length === 0;
  return valid ? { namespace, name } : undefined;
}

export const credentialIDForJTI = (jti: string) => (jti === '' ? '' : `JTI=${jti}`);

export interface ServiceAccountInfo {
  namespace: string;
  name: string;
  uid: string;
  pod?: { name: string; uid: string };
  node?: { name: string; uid: string };
  credentialID?: string;
}

export function userInfoOf({ namespace, name, uid, pod, node, credentialID }: ServiceAccountInfo): UserInfo {
  const extra: Record<string, string[]> = {
    ...(pod?.name && pod.uid && { [extraKey('pod-name')]: [pod.name], [extraKey('pod-uid')]: [pod.uid] }),
    ...(credentialID && { [extraKey('credential-id')]: [credentialID] }),
    ...(node?.name && { [extraKey('node-name')]: [node.name], ...(node.uid && { [extraKey('node-uid')]: [node.uid] }) }),
  };
  return { name: makeUsername(namespace, name), uid, groups: makeGroupNames(namespace), ...(Object.keys(extra).length > 0 && { extra }) };
}
