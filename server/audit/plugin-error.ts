/**
 * Says which events are lost, or may be, and why.
 *
 * Upstream: HandlePluginError of k8s.io/apiserver/pkg/audit/metrics.go. Leaves out the counters.
 */
import type { Logger } from '../observe/logger.ts';
import type { AuditEvent } from './event.ts';
import { eventString } from './format.ts';

export function handlePluginError(log: Logger, plugin: string, err: unknown, impacted: readonly AuditEvent[]): void {
  log.error(err, `Error in audit plugin '${plugin}' affecting ${impacted.length} audit events`, { events: impacted.map(eventString) });
}
