import { beforeAll, describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

export function editCases(server: () => StageProcess): void {
  describe('changing', () => {
    const kubectl = kubectlInNamespace(server, 'changes');
    const get = async (path: string) => kubectl(`get configmap thing -o 'jsonpath=${path}'`);

    beforeAll(async () => {
      await kubectl('create configmap thing --from-literal=a=1 --from-literal=b=2');
    });

    test.each([
      ['strategic', `{"data":{"a":"strategic","b":null}}`, '{"a":"strategic"}'],
      ['merge', `{"data":{"a":"merge","c":"3"}}`, '{"a":"merge","c":"3"}'],
      ['json', `[{"op":"test","path":"/data/c","value":"3"},{"op":"remove","path":"/data/c"},{"op":"add","path":"/data/d","value":"4"}]`, '{"a":"merge","d":"4"}'],
    ])('patch --type=%s', async (type, patch, data) => {
      expect(await kubectl(`patch configmap thing --type=${type} -p '${patch}'`)).toBe('configmap/thing patched\n');
      expect(await get('{.data}')).toBe(data);
    });

    test('patch that changes nothing says so', async () => {
      expect(await kubectl(`patch configmap thing -p '{"data":{"d":"4"}}'`)).toBe('configmap/thing patched (no change)\n');
    });

    test('patch whose test does not hold is refused', async () => {
      const stderr = await kubectl.fails(`patch configmap thing --type=json -p '[{"op":"test","path":"/data/d","value":"5"}]'`);
      expect(stderr).toMatch(/^The request is invalid/);
      expect(await get('{.data.d}')).toBe('4');
    });

    test('label sets, refuses to overwrite, overwrites, removes', async () => {
      expect(await kubectl('label configmap thing color=red')).toBe('configmap/thing labeled\n');
      expect(await kubectl.fails('label configmap thing color=blue')).toMatch(/'color' already has a value \(red\), and --overwrite is false/);
      await kubectl('label configmap thing color=blue --overwrite');
      expect(await get('{.metadata.labels.color}')).toBe('blue');
      expect(await kubectl('label configmap thing color-')).toMatch(/^configmap\/thing (unlabeled|labeled)\n$/);
      expect(await get('{.metadata.labels}')).toBe('');
    });

    test('a label that cannot be is refused by the server', async () => {
      expect(await kubectl.fails(`patch configmap thing -p '{"metadata":{"labels":{"a b":"c"}}}'`)).toMatch(/^The ConfigMap "thing" is invalid: metadata\.labels: Invalid value: "a b": name part must consist of alphanumeric characters/);
    });

    test('annotate', async () => {
      expect(await kubectl('annotate configmap thing note=hello')).toMatch(/^configmap\/thing annotated\n$/);
      expect(await get('{.metadata.annotations.note}')).toBe('hello');
    });

    test('replace takes the object as it was read', async () => {
      const object = JSON.parse(await kubectl('get configmap thing -o json'));
      expect(await kubectl('replace -f -', { ...object, data: { only: 'this' } })).toBe('configmap/thing replaced\n');
      expect(await get('{.data}')).toBe('{"only":"this"}');
      expect(await kubectl.fails('replace -f -', { ...object, data: { too: 'late' } })).toMatch(
        /^Error from server \(Conflict\): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "thing": the object has been modified; please apply your changes to the latest version and try again\n/,
      );
    });

    test('edit writes back what the editor leaves', async () => {
      expect((await kubectl.run('edit configmap thing')).stderr).toBe('Edit cancelled, no changes made.\n');
      await kubectl(`patch configmap thing -p '{"data":{"text":"unedited"}}'`);
      expect(await kubectl('edit configmap thing')).toBe('configmap/thing edited\n');
      expect(await get('{.data.text}')).toBe('edited');
    });

    test('an immutable ConfigMap stays as it is', async () => {
      await kubectl(`patch configmap thing -p '{"immutable":true}'`);
      expect(await kubectl.fails(`patch configmap thing -p '{"data":{"only":"that"}}'`)).toBe('The ConfigMap "thing" is invalid: data: Forbidden: field is immutable when `immutable` is set\n');
    });
  });
}
