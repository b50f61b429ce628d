/** A user as authentication.k8s.io/v1 UserInfo writes it: what is empty is left out. */
import type { UserInfo } from '../../authentication/interfaces.ts';

export function userInfoOf({ name, uid, groups, extra }: UserInfo) {
  return {
    ...(name && { username: name }),
    ...(uid && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(extra && Object.keys(extra).length > 0 && { extra }),
  };
}
