/** The users that the lab tells the page of. */
import type { TokenUser } from '../authentication/token-file.ts';
import type { LabUser } from '../observe/lab/messages.ts';

export function labUsers(tokens: TokenUser[]): LabUser[] {
  return [...tokens.map(({ token, user }) => ({ name: user.name, token })), { name: 'anonymous' }];
}
