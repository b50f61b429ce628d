/**
 * The filter chain as the stages configure it: who the users are, what RBAC lets them do, where the audit goes.
 *
 * Upstream: pkg/kubeapiserver/options and cmd/kube-apiserver/app/options, which fill server.Config from flags.
 */
import type { AuditBackend } from '../audit/event.ts';
import { newAuthenticator } from '../authentication/authenticator.ts';
import { PRIVILEGED_GROUP } from '../authentication/interfaces.ts';
import { newPrivilegedGroups } from '../authorization/builtin.ts';
import type { Authorizer, RuleResolver } from '../authorization/interfaces.ts';
import { newRBACAuthorizer } from '../authorization/rbac.ts';
import type { RBACSource } from '../authorization/rbac-source.ts';
import { newUnionAuthorizer } from '../authorization/union.ts';
import { defaultBuildHandlerChain } from '../filters/chain.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import type { ServerConfig } from './stage.ts';
