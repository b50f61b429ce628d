/** Who the reader can be in the page: words instead of secrets, since nobody else can reach the worker. */
import type { TokenUser } from '../../server/authentication/token-file.ts';
import { LAB_AUDIT } from '../../server/observe/lab/audit.ts';
import type { LabUser } from '../../server/observe/lab/messages.ts';
import type { ServerConfig } from '../../server/stages/stage.ts';

export const PAGE_USERS: LabUser[] = [{ name: 'admin', token: 'admin' }, { name: 'alice', token: 'alice' }, { name: 'anonymous' }];

export function pageTokens(): TokenUser[] {
  return [
    { token: 'admin', user: { name: 'admin', groups: ['system:masters'] } },
    { token: 'alice', user: { name: 'alice', groups: [] } },
  ];
}

/** What the stages in the page are started with. */
export function pageConfig(): Pick<ServerConfig, 'tokens' | 'corsAllowedOrigins' | 'audit'> {
  return { tokens: pageTokens(), corsAllowedOrigins: [/^https:\/\/dashboard\.example$/], audit: LAB_AUDIT };
}
