/**
 * The audit event of one request while it is being handled.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/context.go.
 */
export interface AuditContext {
  /** audit.k8s.io/v1 Event, filled in as the request goes down the chain. */
  readonly event: Record<string, unknown>;
  readonly annotations: Map<string, string>;
}
