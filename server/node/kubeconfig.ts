/**
 * Kubeconfigs for the stages: one context for each stage and user, so that kubectl can be pointed at any of them.
 *
 * Upstream: k8s.io/client-go/tools/clientcmd/api/v1.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { PRIVILEGED_GROUP } from '../authentication/interfaces.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { TokenUser } from '../authentication/token-file.ts';

/** Who has a certificate of our own; kubeadm calls it so. */
export const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: [PRIVILEGED_GROUP] };

export interface KubeconfigUser {
  name: string;
  /** As a kubeconfig has them. */
  credentials: Record<string, string>;
}

export interface KubeconfigOptions {
  /** Servers by the name of their context. */
  servers: Record<string, string>;
  ca: string;
  /** The first is the one of the contexts that are named like their server. */
  users: KubeconfigUser[];
  currentContext: string;
}

/** Those with a token, and the administrator where it has a certificate. */
export function kubeconfigUsers(tokens: readonly TokenUser[], admin: { cert: string; key: string } | undefined): KubeconfigUser[] {
  const byToken = tokens.map(({ user: { name }, token }) => ({ name, credentials: { token } }));
  return admin ? [...byToken, { name: ADMIN.name, credentials: { 'client-certificate-data': base64(admin.cert), 'client-key-data': base64(admin.key) } }] : byToken;
}

export async function writeKubeconfig(file: string, { servers, ca, users, currentContext }: KubeconfigOptions): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server, 'certificate-authority-data': base64(ca) } })),
    users: users.map(({ name, credentials }) => ({ name, user: credentials })),
    contexts: Object.keys(servers).flatMap((cluster) => users.map(({ name }, i) => ({ name: i === 0 ? cluster : `${cluster}-${name}`, context: { cluster, user: name, namespace: 'default' } }))),
    'current-context': currentContext,
  };
  await mkdir(dirname(file), { recursive: true });
  // it holds tokens and keys
  await writeFile(file, stringify(config), { mode: 0o600 });
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
