/** A server with people in it, and what they are after: objects that say their own name wherever they get to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../fuzz/client.ts';
import type { Answer } from '../fuzz/client.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { Oracle } from './oracle.ts';
import type { Policy } from './oracle.ts';
import { clusterRoleBindings, clusterRoles, people, roleBindings, roles, tokenFile } from './people.ts';
import type { Person } from './people.ts';

export interface Message {
  method: string;
  target: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string;
}

export interface Cluster {
  stage: StageProcess;
  oracle: Oracle;
  people: Record<string, Person>;
  send(person: Pick<Person, 'token' | 'headers'>, message: Message): Promise<Answer>;
  /** Over several connections at once; answers as they come. */
  sendAll<T extends { person: Pick<Person, 'token' | 'headers'>; message: Message }>(all: readonly T[], judge: (sent: T, answer: Answer) => void): Promise<void>;
  /** As `root`; throws unless the answer is good. */
  ask(method: string, target: string, body?: object): Promise<unknown>;
  /** What identifies each planted object, and its state. */
  planted(): Promise<string[]>;
  stop(): Promise<void>;
}

const connections = 16;
const rbac = '/apis/rbac.authorization.k8s.io/v1';
export const canary = (namespace: string, resource: string, name: string) => `canary.${namespace}.${resource}.${name}`;

export async function startCluster(): Promise<Cluster> {
  const dir = mkdtempSync(join(tmpdir(), 'people-'));
  writeFileSync(join(dir, 'tokens.csv'), tokenFile);
  const stage = await startStage('apiserver', [`--token-auth-file=${join(dir, 'tokens.csv')}`]);
  const open = Array.from({ length: connections }, () => new Connection({ port: stage.port, ca: stage.ca, token: '' }));

  async function over(connection: Connection, { token, headers }: Pick<Person, 'token' | 'headers'>, message: Message): Promise<Answer> {
    const all = [...headers, ...(message.headers ?? [])].map(([name, value]): [string, string] => [name, value]);
    if (token !== '') all.unshift(['Authorization', `Bearer ${token}`]);
    return connection.send({ method: message.method, target: message.target, headers: all, body: Buffer.from(message.body ?? '') });
  }

  const root = { token: 'token-of-root', headers: [] };
  async function ask(method: string, target: string, body?: object): Promise<unknown> {
    const { status, body: text } = await over(open[0]!, root, { method, target, headers: [['Content-Type', 'application/json']], ...(body && { body: JSON.stringify(body) }) });
    if (status >= 300) throw new Error(`${method} ${target}: ${status} ${text.toString()}`);
    return JSON.parse(text.toString()) as unknown;
  }

  await plant(ask);
  const { status } = (await ask('POST', '/api/v1/namespaces/a/serviceaccounts/robot/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} })) as { status: { token: string } };
  const list = async <T>(resource: string) => ((await ask('GET', `${rbac}/${resource}`)) as { items: T[] }).items;
  const policy: Policy = { roles: await list('roles'), clusterRoles: await list('clusterroles'), roleBindings: await list('rolebindings'), clusterRoleBindings: await list('clusterrolebindings') };
  return {
    stage,
    oracle: new Oracle(policy),
    people: people(status.token),
    send: (person, message) => over(open[0]!, person, message),
    async sendAll(all, judge) {
      let next = 0;
      await Promise.all(open.map(async (connection) => {
        for (let sent = all[next++]; sent; sent = all[next++]) judge(sent, await over(connection, sent.person, sent.message));
      }));
    },
    ask,
    async planted() {
      const states: string[] = [];
      for (const resource of ['configmaps', 'secrets']) {
        const { items } = (await ask('GET', `/api/v1/${resource}?labelSelector=canary`)) as { items: { metadata: { namespace: string; name: string; uid: string; resourceVersion: string } }[] };
        states.push(...items.map(({ metadata: { namespace, name, uid, resourceVersion } }) => [resource, namespace, name, uid, resourceVersion].join(' ')));
      }
      return states.sort();
    },
    async stop() {
      for (const connection of open) connection.close();
      await stage.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function plant(ask: Cluster['ask']): Promise<void> {
  const typed = (kind: string, object: object, apiVersion = 'v1') => ({ apiVersion, kind, ...object });
  for (const namespace of ['a', 'b']) {
    await ask('POST', '/api/v1/namespaces', typed('Namespace', { metadata: { name: namespace } }));
    for (const name of ['one', 'two']) {
      for (const [resource, kind] of [['configmaps', 'ConfigMap'], ['secrets', 'Secret']] as const) {
        const says = canary(namespace, resource, name);
        await ask('POST', `/api/v1/namespaces/${namespace}/${resource}`, typed(kind, { metadata: { name, labels: { canary: 'yes' }, annotations: { says } }, ...(kind === 'ConfigMap' && { data: { says } }) }));
      }
    }
  }
  await ask('POST', '/api/v1/namespaces/a/serviceaccounts', typed('ServiceAccount', { metadata: { name: 'robot' } }));
  const ofRBAC = (kind: string, object: object) => typed(kind, object, 'rbac.authorization.k8s.io/v1');
  for (const role of clusterRoles) await ask('POST', `${rbac}/clusterroles`, ofRBAC('ClusterRole', role));
  for (const role of roles) await ask('POST', `${rbac}/namespaces/${role.metadata.namespace}/roles`, ofRBAC('Role', role));
  const referring = <T extends { roleRef: object }>(binding: T) => ({ ...binding, roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...binding.roleRef } });
  for (const binding of clusterRoleBindings) await ask('POST', `${rbac}/clusterrolebindings`, ofRBAC('ClusterRoleBinding', referring(binding)));
  for (const binding of roleBindings) await ask('POST', `${rbac}/namespaces/${binding.metadata.namespace}/rolebindings`, ofRBAC('RoleBinding', referring(binding)));
}
