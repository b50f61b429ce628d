import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

const configMap = (name: string, data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

const deployment = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } } },
});

export function applyCases(server: () => StageProcess): void {
  describe('apply', () => {
    const kubectl = kubectlInNamespace(server, 'applies');
    const data = async (name: string) => JSON.parse(await kubectl(`get configmap ${name} -o jsonpath={.data}`));
    const managers = async (name: string) => {
      const { metadata } = JSON.parse(await kubectl(`get --raw /api/v1/namespaces/applies/configmaps/${name}`));
      return metadata.managedFields.map(({ manager, operation }: Record<string, string>) => `${manager}:${operation}`).join(' ');
    };

    test('creates, changes, leaves alone, and takes back what the file no longer says', async () => {
      expect(await kubectl('apply -f -', configMap('client', { a: '1', b: '2' }))).toBe('configmap/client created\n');
      expect(await kubectl('apply -f -', configMap('client', { a: '1', b: '2' }))).toBe('configmap/client unchanged\n');
      await kubectl(`patch configmap client -p '{"data":{"other":"kept"}}'`);
      expect(await kubectl('apply -f -', configMap('client', { a: '3' }))).toBe('configmap/client configured\n');
      expect(await data('client')).toEqual({ a: '3', other: 'kept' });
    });

    test('patches a Deployment by the keys of its lists', async () => {
      expect(await kubectl('apply -f -', deployment('nginx:1'))).toBe('deployment.apps/web created\n');
      await kubectl(`patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}'`);
      expect(await kubectl('apply -f -', deployment('nginx:2'))).toBe('deployment.apps/web configured\n');
      const images = (await kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[*].image}')).split(' ');
      expect(images.sort()).toEqual(['busybox', 'nginx:2']);
    });

    test('diff says what apply would change, and exits with 1', async () => {
      await kubectl('apply -f -', configMap('compared', { a: '1' }));
      expect((await kubectl.run('diff -f -', configMap('compared', { a: '1' }))).code).toBe(0);
      const { code, stdout } = await kubectl.run('diff -f -', configMap('compared', { a: '2' }));
      expect(code).toBe(1);
      expect(stdout).toMatch(/^- {2}a: "1"$/m);
      expect(stdout).toMatch(/^\+ {2}a: "2"$/m);
      expect(await data('compared')).toEqual({ a: '1' });
    });

    test('--server-side owns the fields that it sets, and gives up those that it no longer says', async () => {
      expect(await kubectl('apply --server-side -f -', configMap('server', { a: '1', b: '2' }))).toBe('configmap/server serverside-applied\n');
      expect(await managers('server')).toBe('kubectl:Apply');
      expect(await kubectl('apply --server-side -f -', configMap('server', { a: '2' }))).toBe('configmap/server serverside-applied\n');
      expect(await data('server')).toEqual({ a: '2' });
    });

    test('--server-side by another manager is a conflict, until it is forced', async () => {
      await kubectl('apply --server-side -f -', configMap('contested', { a: '1', b: '1' }));
      const stderr = await kubectl.fails('apply --server-side --field-manager=rival -f -', configMap('contested', { a: '2', c: '3' }));
      expect(stderr).toMatch(/^error: Apply failed with 1 conflict: conflict with "kubectl": \.data\.a\n/);
      expect(await data('contested')).toEqual({ a: '1', b: '1' });
      expect(await kubectl('apply --server-side --force-conflicts --field-manager=rival -f -', configMap('contested', { a: '2', c: '3' }))).toBe('configmap/contested serverside-applied\n');
      expect(await data('contested')).toEqual({ a: '2', b: '1', c: '3' });
      expect(await managers('contested')).toBe('kubectl:Apply rival:Apply');
    });

    test('--server-side makes an object of a kind with lists by key', async () => {
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ported' }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] } };
      expect(await kubectl('apply --server-side -f -', service)).toBe('service/ported serverside-applied\n');
      const more = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ported' }, spec: { ports: [{ name: 'https', port: 443 }] } };
      expect(await kubectl('apply --server-side --field-manager=more -f -', more)).toBe('service/ported serverside-applied\n');
      const ports = (await kubectl('get service ported -o jsonpath={.spec.ports[*].port}')).split(' ');
      expect(ports.sort()).toEqual(['443', '80']);
    });

    test('--dry-run=server changes nothing', async () => {
      await kubectl('apply -f -', configMap('dry', { a: '1' }));
      expect(await kubectl('apply --dry-run=server -f -', configMap('dry', { a: '2' }))).toBe('configmap/dry configured (server dry run)\n');
      expect(await kubectl('apply --server-side --force-conflicts --dry-run=server -f -', configMap('dry', { a: '2' }))).toBe('configmap/dry serverside-applied (server dry run)\n');
      expect(await data('dry')).toEqual({ a: '1' });
    });
  });
}
