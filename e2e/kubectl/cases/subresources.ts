import { describe, expect, test } from 'vitest';
import type { StageProcess } from '../../stage-process.ts';
import { kubectlInNamespace } from '../kubectl.ts';

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { nodeName: 'leaving', terminationGracePeriodSeconds: 0, containers: [{ name: 'web', image: 'nginx' }] },
});

export function subresourceCases(server: () => StageProcess): void {
  describe('subresources', () => {
    const kubectl = kubectlInNamespace(server, 'subresources');
    const NAMESPACE = '/api/v1/namespaces/subresources';
    // older ones do not have the commands; what they would ask is the same
    const knows = async (minor: number) => (await kubectl.minorVersion()) >= minor;

    async function createToken(audiences: string[] = []): Promise<string> {
      if (await knows(24)) return (await kubectl(`create token robot ${audiences.map((each) => `--audience=${each}`).join(' ')}`)).trim();
      const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences } };
      return JSON.parse(await kubectl(`create --raw ${NAMESPACE}/serviceaccounts/robot/token -f -`, request)).status.token;
    }

    async function replace(path: string, change: (object: Record<string, unknown>) => object, subresource: string): Promise<void> {
      const object = JSON.parse(await kubectl(`get --raw ${path}`));
      await kubectl(`replace --raw ${path}/${subresource} -f -`, change(object));
    }

    async function whoami(token: string) {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      return kubectl.run(`create --raw /apis/authentication.k8s.io/v1/selfsubjectreviews -f - --token=${token}`, review);
    }

    test('create token issues a token that its account is known by, and no other', async () => {
      await kubectl('create serviceaccount robot');
      const token = await createToken();
      expect(JSON.parse((await whoami(token)).stdout)).toMatchObject({
        status: { userInfo: { username: 'system:serviceaccount:subresources:robot', groups: ['system:serviceaccounts', 'system:serviceaccounts:subresources', 'system:authenticated'] } },
      });
      const { keys } = JSON.parse(await kubectl(`get --raw /openid/v1/jwks --token=${token}`));
      expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual([JSON.parse(atob(token.split('.')[0] ?? '')).kid]);
      expect((await whoami(await createToken(['vault']))).stderr).toMatch(/Unauthorized|logged in/);
    });

    test('drain evicts as many Pods as their budget allows', async () => {
      await kubectl('create -f -', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'leaving' } });
      for (const name of ['one', 'two']) {
        await kubectl('create -f -', pod(name));
        await replace(`${NAMESPACE}/pods/${name}`, (object) => ({ ...object, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }), 'status');
      }
      await kubectl('create -f -', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } });
      const allows = { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 };
      await replace('/apis/policy/v1/namespaces/subresources/poddisruptionbudgets/web', (object) => ({ ...object, status: allows }), 'status');
      expect(await kubectl.fails('drain leaving --force --timeout=2s')).toMatch(/Cannot evict pod as it would violate the pod's disruption budget\./);
      expect((await kubectl('get pods -o name')).split('\n').filter(Boolean)).toHaveLength(1);
      expect(await kubectl('get node leaving -o jsonpath={.spec.unschedulable}')).toBe('true');
    });

    test('debug puts a container beside the others', async () => {
      await kubectl('create -f -', { ...pod('broken'), metadata: { name: 'broken' } });
      const look = { name: 'look', image: 'busybox' };
      if (await knows(27)) await kubectl('debug broken --image=busybox --container=look --profile=general --attach=false -- sleep 1');
      else await replace(`${NAMESPACE}/pods/broken`, ({ spec, ...object }) => ({ ...object, spec: { ...(spec as object), ephemeralContainers: [look] } }), 'ephemeralcontainers');
      expect(await kubectl('get pod broken -o jsonpath={.spec.ephemeralContainers[*].name}')).toBe('look');
    });

    test('logs and exec of a Pod without a kubelet say why', async () => {
      expect(await kubectl.fails('logs broken')).toMatch(/no preferred addresses found; known addresses: \[\]/);
      expect(await kubectl.fails('exec broken -c none -- ls')).toMatch(/container none is not valid for pod broken/);
    });
  });
}
