/**
 * The filter chain as the stages configure it: who the users are, what RBAC lets them do, where the audit goes.
 *
 * Upstream: pkg/kubeapiserver/options, which fill k8s.io/apiserver/pkg/server.Config from flags.
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { newAuthenticator } from '../authentication/authenticator.ts';
import type { ServiceAccountAuthentication } from '../authentication/authenticator.ts';
import type { Authenticator, TokenAuthenticator } from '../authentication/interfaces.ts';
import type { Authorizer, RuleResolver } from '../authorization/interfaces.ts';
import type { Graph } from '../authorization/nodes/graph.ts';
import { newRBACAuthorizer } from '../authorization/rbac.ts';
import type { RBACIndex, RBACSource } from '../authorization/rbac-source.ts';
import { newStaticRBACSource } from '../authorization/rbac-source.ts';
import { defaultBuildHandlerChain } from '../filters/chain.ts';
import type { ErrorFilter, Filter } from '../filters/filter.ts';
import type { FlowControl } from '../flowcontrol/flow-control.ts';
import { longRunningFunc } from '../filters/long-running.ts';
import { RequestWaitGroup } from '../filters/request-wait-group.ts';
import type { HTTPServer } from '../http/api-server.ts';
import { terminateGracefully } from '../http/graceful-termination.ts';
import { newLifecycleSignals } from '../http/lifecycle-signals.ts';
import type { LifecycleSignals } from '../http/lifecycle-signals.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import type { ServerMetrics } from '../observe/metrics/server-metrics.ts';
import { newAuthorizers } from './authorizers.ts';
import type { ServerConfig } from './stage.ts';

export interface Access {
  authenticator: Authenticator;
  authorizer: Authorizer;
  /** What a user may do, for those who ask. */
  rules: RuleResolver;
  /** What whoever writes roles and bindings is measured by: RBAC's rules, be it among the authorizers or not. */
  policy: { authorizer: Authorizer; rules: RuleResolver };
  filters: (Filter | ErrorFilter)[];
  signals: LifecycleSignals;
  /** Ends watches, waits for what is not long-running, and takes nothing new. */
  close(http?: HTTPServer): Promise<void>;
}

export interface AccessOptions {
  /** Where RBAC finds roles and bindings; without it, those of a fresh server. */
  roles?: RBACSource;
  /** What belongs to which node; without it, nothing. */
  nodes?: Graph;
  /** What errors are written with; without it they go out as JSON. */
  codecs?: CodecFactory;
  /** Without it requests belong to no flow. */
  flowControl?: FlowControl;
  metrics?: ServerMetrics;
  /** Without it nobody is known as a service account. */
  serviceAccounts?: ServiceAccountAuthentication;
  /** Knows the tokens of machines that join. */
  bootstrapTokens?: TokenAuthenticator;
}

export function newAccess(config: ServerConfig, { roles = bootstrapRoles(), nodes, codecs, flowControl, metrics, serviceAccounts, bootstrapTokens }: AccessOptions = {}): Access {
  const { authorizer, rules } = newAuthorizers(config.authorization, roles, nodes, config.reloadedAuthorization, metrics?.access);
  const { tokens, anonymousAuth, anonymousPaths, authenticators: external } = config;
  const authenticator = newAuthenticator({ tokens, anonymousAuth, ...(anonymousPaths && { anonymousPaths }), ...(external && { external }), ...(serviceAccounts && { serviceAccounts }), ...(bootstrapTokens && { bootstrapTokens }), ...(metrics && { metrics: metrics.access }) });
  const auditBackend = config.audit && { sink: config.audit.backend, policy: config.audit.policy, clock: config.clock };
  const audit = auditBackend && (metrics?.access.instrumentAudit(auditBackend) ?? auditBackend);
  const signals = newLifecycleSignals();
  const requests = { nonLongRunningRequests: new RequestWaitGroup(), watchRequests: new RequestWaitGroup() };
  const requestInfoResolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });
  const chain = defaultBuildHandlerChain({ ...config, verbose: false, requestInfoResolver, longRunning: longRunningFunc, signals, ...requests, authenticator, authorizer, audit, ...(codecs && { codecs }), ...(flowControl && { flowControl }), ...(metrics && { metrics }) });
  return {
    authenticator,
    authorizer,
    rules,
    policy: { authorizer, rules: newRBACAuthorizer(roles) },
    filters: config.arrange?.(chain) ?? chain,
    signals,
    close: (http) => terminateGracefully({ ...config, signals, ...requests }, http),
  };
}

/** The roles and bindings of a fresh server. */
export function bootstrapRoles(): RBACIndex {
  const { clusterroles = [], clusterrolebindings = [], roles = [], rolebindings = [] } = bootstrap;
  return newStaticRBACSource([...clusterroles, ...clusterrolebindings, ...roles, ...rolebindings]);
}
