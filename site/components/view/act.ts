/** What can be done to a stage, and how it stands, in words. */
import type { LabAct, LabStorage } from '../../../server/observe/lab/messages.ts';

export const actNames: Record<LabAct, string> = {
  compact: 'Compact now',
  'stop etcd': 'Stop etcd',
  'start etcd': 'Start etcd',
  'slow disk': 'Give etcd a slow disk',
  'fast disk': 'Give etcd a fast disk',
  'restart server': 'Restart the server',
};

export function standsAt({ etcd, revision, compacted }: LabStorage): string {
  return `etcd ${etcd === 'stopped' ? 'is stopped' : 'runs'}, at revision ${revision}${compacted > 1 ? `, and has forgotten what came before ${compacted}` : ''}.`;
}
