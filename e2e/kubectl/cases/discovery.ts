import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

export function discoveryCases(server: () => StageProcess): void {
  describe('discovery', () => {
    const kubectl = kubectlInNamespace(server, 'discovers');

    test('api-resources lists every resource with its short names, group, scope and kind', async () => {
      const lines = (await kubectl('api-resources')).split('\n');
      expect(lines[0]).toMatch(/^NAME +SHORTNAMES +(APIVERSION|APIGROUP) +NAMESPACED +KIND$/);
      expect(lines.find((line) => line.startsWith('deployments'))).toMatch(/^deployments +deploy +apps(\/v1)? +true +Deployment$/);
      expect(lines.find((line) => line.startsWith('namespaces'))).toMatch(/^namespaces +ns +(v1 +)?false +Namespace$/);
      expect(lines.length).toBeGreaterThan(60);
    });

    test('api-resources filters by group, scope and verb', async () => {
      expect((await kubectl('api-resources --api-group=batch -o name')).trim().split('\n').sort()).toEqual(['cronjobs.batch', 'jobs.batch']);
      expect(await kubectl('api-resources --namespaced=false --verbs=list -o name')).toMatch(/^nodes$/m);
      expect(await kubectl('api-resources --namespaced=false --verbs=list -o name')).not.toMatch(/^pods$/m);
    });

    test('api-versions lists the groups', async () => {
      const versions = (await kubectl('api-versions')).trim().split('\n');
      expect(versions).toEqual(expect.arrayContaining(['v1', 'apps/v1', 'batch/v1', 'rbac.authorization.k8s.io/v1', 'networking.k8s.io/v1']));
    });

    test.each([
      ['explain pods', /^KIND: +Pod\n[\s\S]*^VERSION: +v1\n[\s\S]*^ +spec\s+<(Object|PodSpec)>/m],
      ['explain deployment.spec.strategy.rollingUpdate', /^KIND: +Deployment\n[\s\S]*maxSurge\s+</m],
      ['explain deployment.spec --recursive', /^ +template\s+<(Object|PodTemplateSpec)>.*\n[\s\S]*^ +containers\s+<\[\](Object|Container)>/m],
      ['explain pod.spec.containers.resources', /^ +limits\s+<map\[string\]/m],
    ])('%s', async (line, printed) => {
      expect(await kubectl(line)).toMatch(printed);
    });

    test('explain of a field that is not there fails', async () => {
      expect(await kubectl.fails('explain pod.spec.nothing')).toMatch(/field "nothing" does not exist/);
    });

    test('version knows the server', async () => {
      const { serverVersion } = JSON.parse(await kubectl('version -o json'));
      expect(serverVersion).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.2' });
    });

    test('cluster-info names its address', async () => {
      expect(await kubectl('cluster-info')).toContain(server().url);
    });

    test('a field that the schema does not know is refused before or by the server', async () => {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, colour: 'red' };
      expect(await kubectl.fails('create --validate=true -f -', object)).toMatch(/unknown field "colour"/);
    });
  });
}
