/**
 * Users by static token, from a file with a line `token,user name,user uid,"group,group"` for each.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/token/tokenfile/tokenfile.go. A token is compared with every known one,
 * always over its whole length, so that the time taken tells nothing about how much of a guess was right.
 */
import { parseCSV } from './csv.ts';
import type { TokenAuthenticator, UserInfo } from './interfaces.ts';

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
  return {
    authenticateToken(_ctx, token) {
      let found: UserInfo | undefined;
      for (const known of users) if (constantTimeEqual(known.token, token)) found = known.user;
      return found && { user: found };
    },
  };
}

function constantTimeEqual(known: string, given: string): boolean {
  let difference = known.length ^ given.length;
  for (let i = 0; i < given.length; i++) difference |= known.charCodeAt(i % known.length) ^ given.charCodeAt(i);
  return difference === 0;
}
