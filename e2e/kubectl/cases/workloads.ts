import { beforeAll, describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

export function workloadCases(server: () => StageProcess): void {
  describe('a Deployment', () => {
    const kubectl = kubectlInNamespace(server, 'workloads');

    beforeAll(async () => {
      await kubectl('create deployment web --image=nginx:1 --replicas=1');
    });

    test('scale goes through the scale subresource', async () => {
      expect(await kubectl('scale deployment web --replicas=3')).toBe('deployment.apps/web scaled\n');
      expect(await kubectl('get deployment web -o jsonpath={.spec.replicas}')).toBe('3');
      expect(await kubectl.fails('scale deployment web --replicas=4 --current-replicas=1')).toMatch(/Expected replicas to be 1, was 3/);
    });

    test('set image, set env and set resources change the template, and so the generation', async () => {
      const generation = Number(await kubectl('get deployment web -o jsonpath={.metadata.generation}'));
      expect(await kubectl('set image deployment/web nginx=nginx:2')).toBe('deployment.apps/web image updated\n');
      expect(await kubectl('set env deployment/web COLOR=red')).toBe('deployment.apps/web env updated\n');
      expect(await kubectl('set resources deployment/web --limits=cpu=100m')).toBe('deployment.apps/web resource requirements updated\n');
      expect(JSON.parse(await kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[0]}'))).toMatchObject({
        image: 'nginx:2',
        env: [{ name: 'COLOR', value: 'red' }],
        resources: { limits: { cpu: '100m' } },
      });
      expect(await kubectl('get deployment web -o jsonpath={.metadata.generation}')).toBe(String(generation + 3));
    });

    test('its status is changed through the status subresource only', async () => {
      const before = JSON.parse(await kubectl('get deployment web -o json'));
      await kubectl('replace --raw /apis/apps/v1/namespaces/workloads/deployments/web -f -', { ...before, status: { replicas: 9 } });
      expect(await kubectl('get deployment web -o jsonpath={.status.replicas}')).toBe('');
      const { generation } = before.metadata;
      const status = { observedGeneration: generation, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
      delete before.metadata.resourceVersion;
      await kubectl('replace --raw /apis/apps/v1/namespaces/workloads/deployments/web/status -f -', { ...before, spec: { ...before.spec, replicas: 7 }, status });
      expect(await kubectl('get deployment web -o jsonpath={.status.readyReplicas}/{.spec.replicas}/{.metadata.generation}')).toBe(`3/3/${generation}`);
    });

    test('rollout status reads that status', async () => {
      expect(await kubectl('rollout status deployment/web --timeout=20s')).toBe('deployment "web" successfully rolled out\n');
      expect(await kubectl('get deployment web --no-headers')).toMatch(/^web +3\/3 +3 +3 +\d+/);
    });

    test('rollout restart and pause patch it', async () => {
      expect(await kubectl('rollout restart deployment/web')).toBe('deployment.apps/web restarted\n');
      expect(await kubectl('rollout pause deployment/web')).toBe('deployment.apps/web paused\n');
      expect(await kubectl('get deployment web -o jsonpath={.spec.paused}')).toBe('true');
    });

    test('autoscale makes an autoscaler for it', async () => {
      expect(await kubectl('autoscale deployment web --max=5')).toBe('horizontalpodautoscaler.autoscaling/web autoscaled\n');
      expect(await kubectl('get hpa web -o jsonpath={.spec.maxReplicas}/{.spec.scaleTargetRef.name}')).toBe('5/web');
    });

    test('describe knows it', async () => {
      expect(await kubectl('describe deployment web')).toMatch(/^Replicas: +3 desired \| 3 updated \| 3 total \| 3 available \| 0 unavailable$/m);
    });
  });
}
