import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

export function watchCases(server: () => StageProcess): void {
  describe('watching', () => {
    const kubectl = kubectlInNamespace(server, 'watches');

    test('get -w prints what there is, then what happens', async () => {
      await kubectl('create configmap before');
      const watching = kubectl.start('get configmaps -w --output-watch-events');
      await watching.prints(/^ADDED +before /m);
      await kubectl('create configmap after');
      await watching.prints(/^ADDED +after /m);
      await kubectl('label configmap after a=b');
      await watching.prints(/^MODIFIED +after /m);
      await kubectl('delete configmap after');
      await watching.prints(/^DELETED +after /m);
      await watching.stop();
    });

    test('--watch-only leaves out what there is', async () => {
      await kubectl('create secret generic before');
      const watching = kubectl.start('get secrets --watch-only');
      // Nothing tells when the watch stands: what is seen is whatever is made after it does.
      for (let n = 0; !watching.stdout().includes('after-'); n++) await kubectl(`create secret generic after-${n}`);
      expect(watching.stdout()).toMatch(/^NAME +TYPE +DATA +AGE\nafter-\d+ +Opaque +0 +\d+s\n/);
      expect(watching.stdout()).not.toContain('before');
      await watching.stop();
    });

    test('with a selector an object comes and goes as its labels do', async () => {
      await kubectl('create configmap chosen');
      const watching = kubectl.start('get configmaps -l pick=me -w --output-watch-events');
      for (let n = 0; !watching.stdout().includes('ADDED'); n++) await kubectl(`label configmap chosen pick=me try=${n} --overwrite`);
      await kubectl('label configmap chosen pick-');
      await watching.prints(/^DELETED +chosen /m);
      await watching.stop();
    });

    test('wait returns when a condition is met', async () => {
      await kubectl('run waited --image=nginx');
      const waiting = kubectl('wait --for=condition=Ready pod/waited --timeout=30s');
      const pod = JSON.parse(await kubectl('get pod waited -o json'));
      pod.status.conditions = [{ type: 'Ready', status: 'True' }];
      await kubectl('replace --raw /api/v1/namespaces/watches/pods/waited/status -f -', pod);
      expect(await waiting).toBe('pod/waited condition met\n');
    });

    test('wait --for=delete returns when the object is gone', async () => {
      await kubectl('create configmap going');
      const waiting = kubectl('wait --for=delete configmap/going --timeout=30s');
      await kubectl('delete configmap going --wait=false');
      await waiting;
    });

    test('wait fails when its time is over', async () => {
      await kubectl('create configmap staying');
      expect(await kubectl.fails('wait --for=delete configmap/staying --timeout=1s')).toMatch(/^error: timed out waiting for the condition on configmaps\/staying$/m);
    });
  });
}
