/**
 * Kubeconfigs for the stages: one context for each stage and user, so that kubectl can be pointed at any of them.
 *
 * Upstream: k8s.io/client-go/tools/clientcmd/api/v1.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { TokenUser } from '../authentication/token-file.ts';

export interface KubeconfigOptions {
  /** Servers by the name of their context. */
  servers: Record<string, string>;
  ca: string;
  users: TokenUser[];
  currentContext: string;
}

export async function writeKubeconfig(file: string, { servers, ca, users, currentContext }: KubeconfigOptions): Promise<void> {
  const [first] = users;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } })),
    users: users.map(({ user, token }) => ({ name: user.name, user: { token } })),
    contexts: Object.keys(servers).flatMap((cluster) =>
      users.map(({ user }) => ({ name: user === first?.user ? cluster : `${cluster}-${user.name}`, context: { cluster, user: user.name, namespace: 'default' } })),
    ),
    'current-context': currentContext,
  };
  await mkdir(dirname(file), { recursive: true });
  // it holds tokens
  await writeFile(file, stringify(config), { mode: 0o600 });
}
