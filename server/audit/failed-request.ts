/**
 * Audits a request that is refused before withAudit has seen it: one event, when the answer starts.
 *
 * Upstream: WithFailedAuthenticationAudit of k8s.io/apiserver/pkg/endpoints/filters/authn_audit.go and
 * withFailedRequestAudit of request_deadline.go.
 */
import type { Request, Response } from 'express';
import { onHeaders } from '../filters/on-headers.ts';
import { evaluatePolicyAndCreateAuditEvent } from './event.ts';
import type { AuditBackend } from './event.ts';

/** The Status that is the answer takes the place of `message`. */
export function auditFailedRequest(req: Request, res: Response, backend: AuditBackend | undefined, message: string): void {
  const audit = backend && evaluatePolicyAndCreateAuditEvent(req, backend);
  if (!backend || !audit) return;
  audit.event.responseStatus = { metadata: {}, message };
  onHeaders(res, () => {
    audit.setResponseCode(res.statusCode);
    void audit.processEventStage('ResponseStarted', backend.clock);
  });
}
