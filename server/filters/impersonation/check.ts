/**
 * What all modes of impersonation share: asking the authorizer, and telling nodes by their user names.
 *
 * Upstream: checkAuthorization and isNodeUsername of k8s.io/apiserver/pkg/endpoints/filters/impersonation/mode.go.
 */
import { isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { forbiddenStatusError } from '../../authorization/forbidden.ts';
import { AuthorizationError } from '../../authorization/interfaces.ts';
import type { Attributes, Authorizer } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { reasonForError } from '../../http/status.ts';

/** Throws Forbidden unless the authorizer allows it. */
export async function checkAuthorization(ctx: RequestContext, authorizer: Authorizer, attributes: Attributes): Promise<void> {
  let why: string;
  try {
    const { decision, reason } = await authorizer.authorize(ctx, attributes);
    if (decision === 'allow') return;
    why = reason;
  } catch (err) {
    if (reasonForError(err) === 'Forbidden') throw err;
    why = err instanceof Error ? err.message : String(err);
    if (err instanceof AuthorizationError && err.result.reason !== '') why += `: ${err.result.reason}`;
  }
  throw forbiddenStatusError(attributes, why);
}

/** Undefined for a user who is no node. */
export function nodeNameOf(username: string): string | undefined {
  const name = username.startsWith('system:node:') ? username.slice('system:node:'.length) : '';
  return name !== '' && isDNS1123Subdomain(name).length === 0 ? name : undefined;
}
