/**
 * Kubelets may reach what the pods on their node need, and their own objects; anything else that all nodes may do is a
 * list of rules.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go and pkg/auth/nodeidentifier.
 */
import { quote } from '../../apimachinery/quote.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import type { Authorizer, AuthorizerResult, RuleResolver } from '../interfaces.ts';
import type { PolicyRule } from '../rules.ts';
import { ruleAllows } from '../rules.ts';
import { checkOf } from './checks.ts';
import type { Graph } from './graph.ts';

const NODES_GROUP = 'system:nodes';
const NODE_USER_PREFIX = 'system:node:';

const allow: AuthorizerResult = { decision: 'allow', reason: '' };
const noOpinion = (reason: string): AuthorizerResult => ({ decision: 'noOpinion', reason });

/** `rules` are those of all nodes. */
export function newNodeAuthorizer(graph: Graph, rules: readonly PolicyRule[]): Authorizer & RuleResolver {
  return {
    authorize(_ctx, attributes) {
      const nodeName = nodeIdentity(attributes.user);
      if (nodeName === undefined) return noOpinion('');
      if (nodeName === '') return noOpinion(`unknown node for user ${quote(attributes.user.name)}`);
      const check = attributes.isResourceRequest ? checkOf(attributes) : undefined;
      const refusal = check ? check(attributes, nodeName, graph) : rules.some((rule) => ruleAllows(rule, attributes)) ? undefined : '';
      return refusal === undefined ? allow : noOpinion(refusal);
    },

    rulesFor(user) {
      const isNode = nodeIdentity(user) !== undefined;
      return { resourceRules: [], nonResourceRules: [], incomplete: isNode, evaluationError: isNode ? 'node authorizer does not support user rule resolution' : '' };
    },
  };
}

/** The name of the node that a user is; undefined for one who is none. */
export function nodeIdentity({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(NODE_USER_PREFIX) && groups.includes(NODES_GROUP) ? name.slice(NODE_USER_PREFIX.length) : undefined;
}
