/** What can be done to a stage, and how it stands, in words. */
import type { LabAct, LabStorage } from '../../../server/observe/lab/messages.ts';
import type { StageHost } from '../../runtime/stage-host.ts';

export const actNames: Record<LabAct, string> = {
  compact: 'Compact now',
  'stop etcd': 'Stop etcd',
  'start etcd': 'Start etcd',
  'slow disk': 'Give etcd a slow disk',
  'fast disk': 'Give etcd a fast disk',
  'restart server': 'Restart the server',
};

/** Said where what is stored outlives the stage. */
const realEtcd = ' Its etcd is a real one: to compact it is for real, to stop it only cuts this stage off.';

export function warning(host: Pick<StageHost, 'lasting'>, stage: string): string {
  return host.lasting(stage) === undefined ? '' : realEtcd;
}

export function standsAt({ etcd, revision, compacted }: LabStorage): string {
  return `etcd ${etcd === 'stopped' ? 'is stopped' : 'runs'}, at revision ${revision}${compacted > 1 ? `, and has forgotten what came before ${compacted}` : ''}.`;
}
