import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

const finalized = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, finalizers: ['example.com/hold'] } });

export function deleteCases(server: () => StageProcess): void {
  describe('delete', () => {
    const kubectl = kubectlInNamespace(server, 'deletes');

    test('removes one object, by name, by file, and says what is not there', async () => {
      await kubectl('create configmap a');
      expect(await kubectl('delete configmap a')).toMatch(/^configmap "a" deleted( from deletes namespace)?\n$/);
      expect(await kubectl.fails('delete configmap a')).toBe('Error from server (NotFound): configmaps "a" not found\n');
      expect(await kubectl('delete configmap a --ignore-not-found')).toBe('');
      await kubectl('create configmap b');
      await kubectl(`delete -f ${kubectl.file('b.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n')}`);
      expect(await kubectl('get configmaps -o name')).toBe('');
    });

    test('removes what a selector picks', async () => {
      for (const name of ['x', 'y', 'z']) await kubectl(`create configmap ${name}`);
      await kubectl('label configmap x y go=now');
      await kubectl('delete configmaps -l go=now');
      expect(await kubectl('get configmaps -o name')).toBe('configmap/z\n');
      await kubectl('delete configmaps --all');
      expect(await kubectl('get configmaps -o name')).toBe('');
    });

    test('waits for finalizers', async () => {
      await kubectl('create -f -', finalized('held'));
      const deleting = kubectl.start('delete configmap held');
      await deleting.prints(/^configmap "held" deleted/);
      expect(await kubectl('get configmap held -o jsonpath={.metadata.finalizers}/{.metadata.deletionGracePeriodSeconds}')).toBe('["example.com/hold"]/0');
      expect(await kubectl('get configmap held -o jsonpath={.metadata.deletionTimestamp}')).toMatch(/^\d{4}-/);
      await kubectl(`patch configmap held -p '{"metadata":{"finalizers":null}}'`);
      expect(await deleting.ended()).toBe(0);
      expect(await kubectl.fails('get configmap held')).toBe('Error from server (NotFound): configmaps "held" not found\n');
    });

    test('--wait=false returns at once', async () => {
      await kubectl('create -f -', finalized('left'));
      await kubectl('delete configmap left --wait=false');
      expect(await kubectl('get configmap left -o name')).toBe('configmap/left\n');
    });

    test.each([
      ['orphan', '["orphan"]'],
      ['foreground', '["foregroundDeletion"]'],
    ])('--cascade=%s is recorded for the garbage collector', async (cascade, finalizers) => {
      await kubectl(`create deployment ${cascade} --image=nginx`);
      await kubectl(`delete deployment ${cascade} --cascade=${cascade} --wait=false`);
      expect(await kubectl(`get deployment ${cascade} -o jsonpath={.metadata.finalizers}`)).toBe(finalizers);
    });

    test('of a Pod without a node, now or with grace, removes it', async () => {
      await kubectl('run a --image=nginx');
      await kubectl('delete pod a');
      await kubectl('run a --image=nginx');
      await kubectl('delete pod a --now');
      expect(await kubectl('get pods -o name')).toBe('');
    });

    test('of a Pod on a node waits for its kubelet, unless it is forced', async () => {
      await kubectl('create -f -', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'nginx' }] } });
      await kubectl('delete pod b --wait=false');
      expect(await kubectl('get pod b -o jsonpath={.metadata.deletionGracePeriodSeconds}')).toBe('30');
      expect(await kubectl('get pod b --no-headers')).toMatch(/^b +0\/1 +Terminating /);
      await kubectl('delete pod b --grace-period=0 --force');
      expect(await kubectl('get pods -o name')).toBe('');
    });

    test('of a namespace leaves it terminating: nothing more comes in', async () => {
      await kubectl('create namespace ending');
      await kubectl('delete namespace ending --wait=false');
      expect(await kubectl('get namespace ending -o jsonpath={.status.phase}/{.spec.finalizers}')).toBe('Terminating/["kubernetes"]');
      expect(await kubectl.fails('create configmap late -n ending')).toMatch(/: configmaps "late" is forbidden: unable to create new content in namespace ending because it is being terminated\n$/);
    });
  });
}
