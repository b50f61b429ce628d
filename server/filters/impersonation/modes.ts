/**
 * The modes of impersonation. The constrained ones need two rights: to impersonate this user in this mode, and to do this
 * very request in it (`impersonate-on:<mode>:<verb>`). The legacy one needs the first alone, by the verb `impersonate`.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/impersonation/mode.go. Leaves out the caches of allowed
 * impersonations, which keep an answer for ten seconds.
 */
import type { UserInfo } from '../../authentication/interfaces.ts';
import { splitUsername } from '../../authentication/service-account.ts';
import type { Attributes, Authorizer } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { authorizeUser } from './authorize-user.ts';
import { checkAuthorization, nodeNameOf } from './check.ts';

export interface ImpersonatedUser {
  user: UserInfo;
  /** The verb that allowed it, `''` for the legacy mode. */
  constraint: string;
}

/** Throws where the requestor may not; undefined where the mode is not made for such a user. */
export type ImpersonationMode = (ctx: RequestContext, wanted: UserInfo, attributes: Attributes) => Promise<ImpersonatedUser | undefined>;

/** In the order in which they are tried. */
export function allImpersonationModes(authorizer: Authorizer): ImpersonationMode[] {
  return [
    associatedNode(authorizer),
    constrained(authorizer, 'arbitrary-node', (wanted) => onlyUsernameSet(wanted) && nodeNameOf(wanted.name) !== undefined),
    constrained(authorizer, 'serviceaccount', (wanted) => onlyUsernameSet(wanted) && splitUsername(wanted.name) !== undefined),
    constrained(authorizer, 'user-info', (wanted) => nodeNameOf(wanted.name) === undefined && splitUsername(wanted.name) === undefined),
    async (ctx, wanted, { user }) => ({ user: await authorizeUser(ctx, authorizer, 'impersonate', user, wanted), constraint: '' }),
  ];
}

function constrained(authorizer: Authorizer, mode: string, applies: (wanted: UserInfo, requestor: UserInfo) => boolean): ImpersonationMode {
  const constraint = `impersonate:${mode}`;
  return async (ctx, wanted, attributes) => {
    if (!applies(wanted, attributes.user)) return undefined;
    await checkAuthorization(ctx, authorizer, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
    return { user: await authorizeUser(ctx, authorizer, constraint, attributes.user, wanted), constraint };
  };
}

/** A service account may be the node that its pod runs on; which node that is does not enter into the decision. */
function associatedNode(authorizer: Authorizer): ImpersonationMode {
  const anyNode: Authorizer = {
    async authorize(ctx, attributes) {
      const keys = Object.keys(attributes.user.extra ?? {}).sort();
      const user = { ...attributes.user, extra: { 'authentication.kubernetes.io/associated-node-keys': keys } };
      const name = attributes.verb === 'impersonate:associated-node' ? '*' : attributes.name;
      // refused here, so that the refusal tells of what was asked
      await checkAuthorization(ctx, authorizer, { ...attributes, user, name });
      return { decision: 'allow', reason: '' };
    },
  };
  return constrained(anyNode, 'associated-node', (wanted, requestor) => {
    const node = nodeNameOf(wanted.name);
    const own = requestor.extra?.['authentication.kubernetes.io/node-name'] ?? [];
    return onlyUsernameSet(wanted) && node !== undefined && splitUsername(requestor.name) !== undefined && own.length === 1 && own[0] === node;
  });
}

const onlyUsernameSet = ({ uid, groups, extra }: UserInfo) => !uid && groups.length === 0 && Object.keys(extra ?? {}).length === 0;
