/**
 * Users by static token, from a file with a line `token,user name,user uid,"group,group"` for each.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/token/tokenfile/tokenfile.go. A Map by tokens there; here one whose
 * time taken tells nothing about how much of a guess was right.
 */
import { parseCSV } from './csv.ts';
import type { TokenAuthenticator, UserInfo } from './interfaces.ts';
import { SecretMap } from './secret-map.ts';

export interface TokenUser {
  token: string;
  user: UserInfo;
}

/** Of equal tokens the last line counts; lines without a token are passed over. */
export function parseTokenFile(csv: string, path = ''): TokenUser[] {
  const users = new Map<string, TokenUser>();
  for (const record of parseCSV(csv)) {
    const [token = '', name = '', uid = '', groups] = record;
    if (record.length < 3) {
      throw new Error(`token file '${path}' must have at least 3 columns (token, user name, user uid), found ${record.length}`);
    }
    if (token !== '') users.set(token, { token, user: { name, uid, groups: groups?.split(',') ?? [] } });
  }
  return [...users.values()];
}

export function newTokenAuthenticator(users: readonly TokenUser[]): TokenAuthenticator {
  const known = byToken(users);
  return {
    authenticateToken(_ctx, token) {
      const user = known.get(token);
      return user && { user };
    },
  };
}

/** Hashed by another key until no token takes another's place. */
function byToken(users: readonly TokenUser[]): SecretMap<UserInfo> {
  const known = new SecretMap<UserInfo>(Infinity, Infinity);
  for (const { token, user } of users) known.set(token, user);
  return users.every(({ token }) => known.get(token)) ? known : byToken(users);
}
