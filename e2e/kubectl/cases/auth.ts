import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

export function authCases(server: () => StageProcess): void {
  describe('authorization', () => {
    const kubectl = kubectlInNamespace(server, 'rights');

    test('auth can-i asks the server', async () => {
      expect(await kubectl('auth can-i create pods')).toBe('yes\n');
      expect(await kubectl.run('auth can-i create pods --as alice')).toMatchObject({ code: 1, stdout: 'no\n' });
      expect(await kubectl('auth can-i get /healthz --as alice')).toBe('yes\n');
    });

    test('auth can-i --list lists rights', async () => {
      expect(await kubectl('auth can-i --list')).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m);
      const alice = await kubectl('auth can-i --list --as alice');
      expect(alice).toMatch(/^selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]$/m);
      expect(alice).not.toMatch(/^\*\.\*/m);
    });

    test('auth whoami, or what it asks, names the user', async () => {
      const whoami = (await kubectl.minorVersion()) >= 28;
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const answer = JSON.parse(await (whoami ? kubectl('auth whoami -o json') : kubectl('create --raw /apis/authentication.k8s.io/v1/selfsubjectreviews -f -', review)));
      expect(answer.status.userInfo).toMatchObject({ username: 'admin', groups: ['system:masters', 'system:authenticated'] });
    });

    test('a role that is bound gives rights, and takes them when it goes', async () => {
      expect(await kubectl.fails('get pods --as bob')).toBe('Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "rights"\n');
      await kubectl('create role reader --verb=list --resource=pods');
      await kubectl('create rolebinding bob-reads --role=reader --user=bob');
      await expect.poll(async () => (await kubectl.run('auth can-i list pods --as bob')).stdout).toBe('yes\n');
      expect((await kubectl.run('get pods --as bob')).stderr).toBe('No resources found in rights namespace.\n');
      expect(await kubectl.fails('create configmap a --as bob')).toMatch(/: configmaps is forbidden: User "bob" cannot create resource "configmaps" in API group "" in the namespace "rights"\n$/);
      await kubectl('delete rolebinding bob-reads');
      await expect.poll(async () => (await kubectl.run('auth can-i list pods --as bob')).stdout).toBe('no\n');
    });

    test('impersonation is a right of its own', async () => {
      const stderr = await kubectl.fails('get pods --as bob --context=apiserver-alice');
      // The first of the modes that all refuse: the constrained one, which v1.36 tries before the legacy one.
      expect(stderr).toBe('Error from server (Forbidden): pods is forbidden: User "alice" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "rights"\n');
    });

    test('a token that nobody has is refused', async () => {
      expect(await kubectl.fails('get pods --token=wrong')).toMatch(/You must be logged in to the server|Unauthorized/);
    });
  });
}
