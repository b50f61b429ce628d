/**
 * An event as a line of text.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/format.go. Leaves out the place's own time: it is told in UTC.
 */
import { quote } from '../apimachinery/quote.ts';
import type { AuditEvent } from './event.ts';

export function eventString(event: AuditEvent): string {
  const { user, impersonatedUser: as } = event;
  const groups = user.username && user.groups ? list(user.groups) : '<none>';
  const fields = {
    id: event.auditID,
    stage: event.stage,
    ip: event.sourceIPs?.[0] ?? '<unknown>',
    method: event.verb,
    user: user.username || '<none>',
    groups,
    as: as ? as.username : '<self>',
    asgroups: as?.groups ? list(as.groups) : '<lookup>',
    'user-agent': event.userAgent ?? '',
    namespace: event.objectRef?.namespace ?? '<none>',
    uri: event.requestURI,
    response: event.responseStatus ? String(event.responseStatus.code ?? 0) : '<deferred>',
  };
  const received = event.requestReceivedTimestamp.replace(/\.?0+Z$/, 'Z');
  return `${received} AUDIT: ${Object.entries(fields).map(([name, value]) => `${name}=${quote(value)}`).join(' ')}`;
}

const list = (texts: string[]) => texts.map(quote).join(',');
