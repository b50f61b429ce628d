import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

export function createCases(server: () => StageProcess): void {
  describe('create', () => {
    const kubectl = kubectlInNamespace(server, 'creates');

    // Typed commands send protobuf.
    test.each([
      ['namespace another', 'namespace/another created\n'],
      ['configmap literal --from-literal=a=b', 'configmap/literal created\n'],
      ['secret generic key --from-literal=password=hunter2', 'secret/key created\n'],
      ['serviceaccount robot', 'serviceaccount/robot created\n'],
      ['deployment web --image=nginx --replicas=2', 'deployment.apps/web created\n'],
      ['service clusterip web --tcp=80:8080', 'service/web created\n'],
      ['job pi --image=perl -- perl -e 1', 'job.batch/pi created\n'],
      ['ingress web --rule=example.com/=web:80', 'ingress.networking.k8s.io/web created\n'],
      ['role reader --verb=get,list --resource=pods', 'role.rbac.authorization.k8s.io/reader created\n'],
      ['rolebinding readers --role=reader --user=bob', 'rolebinding.rbac.authorization.k8s.io/readers created\n'],
      ['quota limits --hard=pods=3', 'resourcequota/limits created\n'],
    ])('%s', async (line, printed) => {
      expect(await kubectl(`create ${line}`)).toBe(printed);
    });

    test('stores what it was given', async () => {
      expect(await kubectl('get configmap literal -o jsonpath={.data.a}')).toBe('b');
      expect(await kubectl('get secret key -o jsonpath={.data.password}')).toBe(btoa('hunter2'));
      expect(await kubectl('get deployment web -o jsonpath={.spec.replicas}/{.spec.strategy.type}')).toBe('2/RollingUpdate');
      expect(await kubectl('get service web -o jsonpath={.spec.ports[0].targetPort}/{.spec.type}')).toBe('8080/ClusterIP');
      expect(await kubectl('get job pi -o jsonpath={.spec.template.spec.containers[0].command}')).toBe('["perl","-e","1"]');
    });

    test('run stores a Pod', async () => {
      expect(await kubectl('run nginx --image=nginx')).toBe('pod/nginx created\n');
      expect(await kubectl('get pod nginx -o jsonpath={.spec.containers[0].image}/{.status.phase}/{.metadata.labels.run}')).toBe('nginx/Pending/nginx');
    });

    test('expose makes a Service for a Deployment', async () => {
      expect(await kubectl('expose deployment web --name=exposed --port=80')).toBe('service/exposed exposed\n');
      expect(await kubectl('get service exposed -o jsonpath={.spec.selector.app}')).toBe('web');
    });

    test('-f takes several documents of YAML', async () => {
      const yaml = ['one', 'two'].map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  n: "${name}"\n`).join('---\n');
      expect(await kubectl(`create -f ${kubectl.file('two.yaml', yaml)}`)).toBe('configmap/one created\nconfigmap/two created\n');
    });

    test('-f takes JSON, and a List', async () => {
      const items = ['three', 'four'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
      expect(await kubectl(`create -f ${kubectl.file('list.json', { apiVersion: 'v1', kind: 'List', items })}`)).toBe('configmap/three created\nconfigmap/four created\n');
    });

    test('-f - makes up a name where generateName asks for one', async () => {
      expect(await kubectl('create -f -', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } })).toMatch(/^configmap\/made-[bcdfghjklmnpqrstvwxz2456789]{5} created\n$/);
    });

    test('--dry-run=server stores nothing', async () => {
      expect(await kubectl('create configmap dry --dry-run=server')).toBe('configmap/dry created (server dry run)\n');
      expect(await kubectl.fails('get configmap dry')).toBe('Error from server (NotFound): configmaps "dry" not found\n');
    });

    test.each([
      ['create configmap literal', 'configmaps "literal" already exists\n'],
      [
        'create deployment Web --image=nginx',
        'Deployment.apps "Web" is invalid: metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \'-\' or \'.\', and must start and end with an alphanumeric character (e.g. \'example.com\', regex used for validation is \'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\')\n',
      ],
      ['create -n nowhere -f -', 'namespaces "nowhere" not found\n'],
    ])('%s is refused as the real server refuses it', async (line, printed) => {
      const stderr = await kubectl.fails(line, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
      // What stands before the server's words has changed from version to version of kubectl.
      expect(stderr.slice(-printed.length)).toBe(printed);
    });
  });
}
