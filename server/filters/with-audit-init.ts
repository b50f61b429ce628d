/**
 * WithAuditInit gives the request its audit ID, the client's own or a new one, and says it back in the answer: it leads
 * from the answer to the audit log, to the server's log and to the trace.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/audit_init.go. Leaves out nothing.
 */
import { AuditContext } from '../audit/context.ts';
import { newEvent } from '../audit/event.ts';
import type { Filter } from './filter.ts';

export function withAuditInit(newAuditID: () => string = () => crypto.randomUUID()): Filter {
  return function withAuditInit(req, res, next) {
    const auditID = req.get('Audit-ID') || newAuditID();
    req.ctx.auditID = auditID;
    req.ctx.audit = new AuditContext(newEvent(auditID));
    if (!res.hasHeader('Audit-Id')) res.setHeader('Audit-Id', auditID);
    next();
  };
}
