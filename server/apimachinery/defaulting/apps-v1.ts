/**
 * Defaults of the apps group.
 *
 * Upstream: pkg/apis/apps/v1/defaults.go.
 */
import { ensureStruct, isFields, setNil, setUnset } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

function deployment(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  setUnset(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = ensureStruct(spec, 'strategy');
  setUnset(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate') setNil(ensureStruct(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
}

function daemonSet(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  setUnset(spec, { revisionHistoryLimit: 10 });
  const strategy = ensureStruct(spec, 'updateStrategy');
  setUnset(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate') setNil(ensureStruct(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
}

function statefulSet(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  setUnset(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' });
  const strategy = ensureStruct(spec, 'updateStrategy');
  if (!strategy['type']) {
    strategy['type'] = 'RollingUpdate';
    ensureStruct(strategy, 'rollingUpdate');
  }
  const { rollingUpdate } = strategy;
  if (strategy['type'] === 'RollingUpdate' && isFields(rollingUpdate)) setUnset(rollingUpdate, { partition: 0 });
  setUnset(ensureStruct(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
}

export const appsV1: Record<string, DefaultFunc> = {
  Deployment: deployment,
  DaemonSet: daemonSet,
  StatefulSet: statefulSet,
  ReplicaSet: (obj) => setUnset(ensureStruct(obj, 'spec'), { replicas: 1 }),
};
