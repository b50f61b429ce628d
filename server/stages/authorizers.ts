/**
 * The authorizers of a server, in the order in which they are asked; system:masters may do anything before that.
 *
 * Upstream: pkg/kubeapiserver/authorizer/config.go (New), and reloadableAuthorizerResolver of reload.go.
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { AccessMetrics } from '../filters/access-metrics.ts';
import { PRIVILEGED_GROUP } from '../authentication/interfaces.ts';
import { newPrivilegedGroups } from '../authorization/builtin.ts';
import type { Authorizer, RuleResolver } from '../authorization/interfaces.ts';
import { Graph } from '../authorization/nodes/graph.ts';
import { newNodeAuthorizer } from '../authorization/nodes/node-authorizer.ts';
import { newRBACAuthorizer } from '../authorization/rbac.ts';
import type { RBACSource } from '../authorization/rbac-source.ts';
import { newStaticRBACSource } from '../authorization/rbac-source.ts';
import { newUnionAuthorizer, newUnionRuleResolver } from '../authorization/union.ts';

/** RBAC and Node go by what is stored, so that the stage makes them; the others come as they are. */
export type AuthorizationMode = 'RBAC' | 'Node' | (Authorizer & RuleResolver & { type?: string; name?: string });

interface Authorizers {
  authorizer: Authorizer;
  rules: RuleResolver;
}

/** `reloaded` answers the modes that hold by now, where they may change. */
export function newAuthorizers(modes: readonly AuthorizationMode[], roles: RBACSource, nodes = new Graph(), reloaded?: () => readonly AuthorizationMode[], metrics?: AccessMetrics): Authorizers {
  const stored = { RBAC: newRBACAuthorizer(roles), Node: newNodeAuthorizer(nodes, nodeRules()) };
  return reloaded ? reloadable(reloaded, union) : union(modes);

  function union(modes: readonly AuthorizationMode[]): Authorizers {
    const authorizers = modes.map((mode) => (typeof mode === 'string' ? stored[mode] : mode));
    const counted = authorizers.map((authorizer, i) => (metrics ? { authorize: metrics.instrumentAuthorizer(...calledBy(modes[i]!), authorizer) } : authorizer));
    return { authorizer: newUnionAuthorizer(newPrivilegedGroups(PRIVILEGED_GROUP), ...counted), rules: newUnionRuleResolver(...authorizers) };
  }
}

/** Its type, and its name, which is the type's where it has none of its own. */
function calledBy(mode: AuthorizationMode): [type: string, name: string] {
  const { type = '', name = type.toLowerCase() } = typeof mode === 'string' ? { type: mode } : mode;
  return [type, name];
}

function reloadable(current: () => readonly AuthorizationMode[], union: (modes: readonly AuthorizationMode[]) => Authorizers): Authorizers {
  let modes = current();
  let made = union(modes);
  const latest = () => {
    if (current() !== modes) made = union((modes = current()));
    return made;
  };
  return {
    authorizer: { authorize: (ctx, attributes) => latest().authorizer.authorize(ctx, attributes) },
    rules: { rulesFor: (user, namespace) => latest().rules.rulesFor(user, namespace) },
  };
}

/** What a node may do is what the role of nodes says, which nobody is bound to. */
const nodeRules = () => newStaticRBACSource(bootstrap.clusterroles ?? []).clusterRoles.get('system:node')?.rules ?? [];
