import { beforeAll, describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

const pod = (name: string, labels: Record<string, string>, nodeName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { nodeName, containers: [{ name: 'c', image: 'nginx' }] },
});

const lines = (text: string) => text.trim().split('\n');

export function getCases(server: () => StageProcess): void {
  describe('get', () => {
    const kubectl = kubectlInNamespace(server, 'gets');

    beforeAll(async () => {
      const items = [pod('a', { app: 'web', tier: 'front' }, 'node-1'), pod('b', { app: 'web' }, 'node-2'), pod('c', { app: 'db' }, 'node-1')];
      await kubectl('create -f -', { apiVersion: 'v1', kind: 'List', items });
      await kubectl('create configmap settings --from-literal=a=b');
    });

    test('prints the columns of the kind', async () => {
      const [head, first, ...rest] = lines(await kubectl('get pods'));
      expect(head).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/);
      expect(first).toMatch(/^a +0\/1 +Pending +0 +\d+s$/);
      expect(rest).toHaveLength(2);
    });

    test('-o wide prints more of them', async () => {
      const [head, first] = lines(await kubectl('get pods -o wide'));
      expect(head).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/);
      expect(first).toMatch(/^a +0\/1 +Pending +0 +\d+s +<none> +node-1 +<none> +<none>$/);
    });

    test.each([
      ['get pods -o name', 'pod/a\npod/b\npod/c\n'],
      ['get pods -l app=web -o name', 'pod/a\npod/b\n'],
      ['get pods -l "app in (db),!tier" -o name', 'pod/c\n'],
      ['get pods -l app!=web -o name', 'pod/c\n'],
      ['get pods --field-selector=metadata.name=b -o name', 'pod/b\n'],
      ['get pods --field-selector=spec.nodeName=node-1 -o name', 'pod/a\npod/c\n'],
      ['get pods --field-selector=spec.nodeName!=node-1,status.phase=Pending -o name', 'pod/b\n'],
      ['get pods --chunk-size=1 -o name', 'pod/a\npod/b\npod/c\n'],
      ['get po a c -o name', 'pod/a\npod/c\n'],
      ['get pods --no-headers -o custom-columns=N:.metadata.name,IMAGE:.spec.containers[0].image', 'a     nginx\nb     nginx\nc     nginx\n'],
      ['get pods -o jsonpath={.items[*].metadata.name}', 'a b c'],
      ['get configmap settings -o jsonpath={.kind}/{.apiVersion}/{.data.a}', 'ConfigMap/v1/b'],
      ['get configmap settings -o go-template={{.metadata.name}}', 'settings'],
      ['get pods,configmaps -o name', 'pod/a\npod/b\npod/c\nconfigmap/settings\n'],
    ])('%s', async (line, printed) => {
      expect(await kubectl(line)).toBe(printed);
    });

    test('-o yaml and -o json print the same object', async () => {
      const { parse } = await import('yaml');
      const json = JSON.parse(await kubectl('get pod a -o json'));
      expect(parse(await kubectl('get pod a -o yaml'))).toEqual(json);
      expect(json).toMatchObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'gets', generation: 1 }, spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } });
    });

    test('-A looks into all namespaces', async () => {
      expect(lines(await kubectl('get pods -A -l app=db'))[1]).toMatch(/^gets +c +0\/1/);
    });

    test('-L and --show-labels print labels', async () => {
      expect(await kubectl('get pods -L app --no-headers')).toMatch(/^a .* web\n/);
      expect(await kubectl('get pod a --show-labels --no-headers')).toMatch(/ app=web,tier=front\n$/);
    });

    test('all prints what workloads are made of', async () => {
      expect(await kubectl('get all -o name')).toBe('pod/a\npod/b\npod/c\n');
    });

    test('--raw prints what the server answers', async () => {
      const list = JSON.parse(await kubectl('get --raw /api/v1/namespaces/gets/configmaps'));
      expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', items: [{ metadata: { name: 'settings' }, data: { a: 'b' } }] });
      expect(await kubectl('get --raw /healthz')).toBe('ok');
      expect(await kubectl('get --raw "/readyz?verbose"')).toMatch(/readyz check passed\n$/);
    });

    test('events prints those there are', async () => {
      expect((await kubectl.run('get events')).stderr).toBe('No resources found in gets namespace.\n');
      const now = new Date().toISOString().replace(/\.\d+/, '');
      await kubectl('create -f -', {
        ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: 'a.1' }, reason: 'Scheduled', message: 'assigned', type: 'Normal' },
        ...{ involvedObject: { kind: 'Pod', name: 'a', namespace: 'gets' }, firstTimestamp: now, lastTimestamp: now, count: 1, source: { component: 'test' } },
      });
      const [head, first] = lines(await kubectl('get events'));
      expect(head).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/);
      expect(first).toMatch(/^\d+s +Normal +Scheduled +pod\/a +assigned$/);
    });

    test('describe tells of a Pod and of its events', async () => {
      const text = await kubectl('describe pod a');
      expect(text).toMatch(/^Name: +a\nNamespace: +gets\n/);
      expect(text).toMatch(/^Node: +node-1\/$/m);
      expect(text).toMatch(/^Labels: +app=web\n +tier=front$/m);
    });

    test.each([
      ['get pod z', 'Error from server (NotFound): pods "z" not found\n'],
      ['get things', 'error: the server doesn\'t have a resource type "things"\n'],
      ['get pods --field-selector=spec.color=red', /Error from server \(BadRequest\): Unable to find "\/v1, Resource=pods" that match label selector "", field selector "spec.color=red": field label not supported: spec.color\n/],
      ['get --raw /api/v1/nothing', 'Error from server (NotFound): the server could not find the requested resource\n'],
    ])('%s fails with the real message', async (line, printed) => {
      const stderr = await kubectl.fails(line);
      if (printed instanceof RegExp) expect(stderr).toMatch(printed);
      else expect(stderr).toBe(printed);
    });
  });
}
