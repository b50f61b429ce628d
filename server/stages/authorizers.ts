/**
 * The authorizers of a server, in the order in which they are asked; system:masters may do anything before that.
 *
 * Upstream: pkg/kubeapiserver/authorizer/config.go (New).
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
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
export type AuthorizationMode = 'RBAC' | 'Node' | (Authorizer & RuleResolver);

export function newAuthorizers(modes: readonly AuthorizationMode[], roles: RBACSource, nodes = new Graph()): { authorizer: Authorizer; rules: RuleResolver } {
  const authorizers = modes.map((mode) => {
    if (mode === 'RBAC') return newRBACAuthorizer(roles);
    if (mode === 'Node') return newNodeAuthorizer(nodes, nodeRules());
    return mode;
  });
  return { authorizer: newUnionAuthorizer(newPrivilegedGroups(PRIVILEGED_GROUP), ...authorizers), rules: newUnionRuleResolver(...authorizers) };
}

/** What a node may do is what the role of nodes says, which nobody is bound to. */
const nodeRules = () => newStaticRBACSource(bootstrap.clusterroles ?? []).clusterRoles.get('system:node')?.rules ?? [];
