/** Who the reader can be in the page: words instead of secrets, since nobody else can reach the worker. */
import type { LabUser } from '../../server/observe/lab/messages.ts';
import type { TokenUser } from '../../server/authentication/token-file.ts';

export const PAGE_USERS: LabUser[] = [{ name: 'admin', token: 'admin' }, { name: 'alice', token: 'alice' }, { name: 'anonymous' }];

export function pageTokens(): TokenUser[] {
  return [
    { token: 'admin', user: { name: 'admin', groups: ['system:masters'] } },
    { token: 'alice', user: { name: 'alice', groups: [] } },
  ];
}
