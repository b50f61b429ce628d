/**
 * The client of a webhook, from the kubeconfig that says where it is and how both know each other.
 *
 * Upstream: LoadKubeconfig of k8s.io/apiserver/pkg/util/webhook/webhook.go, k8s.io/client-go/tools/clientcmd and rest.
 * Leaves out HTTP/2, proxies, credentials that programs or providers give, and reading certificates again.
 */
import { readFile } from 'node:fs/promises';
import * as https from 'node:https';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatDuration } from '../filters/duration.ts';
import type { PostToWebhook } from '../http/webhook.ts';
import { WEBHOOK_TIMEOUT } from '../http/webhook.ts';
import { UsageError } from './usage-error.ts';
import { post } from './webhook-post.ts';

const text = z.string().nullish().transform((value) => value || undefined);
const cluster = z.object({
  server: z.string({ error: 'a server is required' }).regex(/^https?:\/\//, 'must be a URL of https or http'),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().default(false),
  'tls-server-name': text,
  'proxy-url': z.never({ error: 'proxies are not supported' }).optional(),
});
const user = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  exec: z.never({ error: 'credentials out of programs are not supported' }).optional(),
  'auth-provider': z.never({ error: 'credentials of providers are not supported' }).optional(),
});
const kubeconfig = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster })).default([]),
  users: z.array(z.object({ name: z.string(), user: user.nullish() })).default([]),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: text }) })).default([]),
  'current-context': z.string().min(1, 'a context is required'),
});

/** Throws a UsageError that names the flag, the file and the place in it. */
export async function loadWebhookClient(flag: string, file: string, timeout = WEBHOOK_TIMEOUT): Promise<PostToWebhook> {
  const bad = (why: string) => new UsageError(`--${flag}: ${file}: ${why.split('\n', 1)[0]}`);
  try {
    const config = kubeconfig.safeParse(parse(await readFile(file, 'utf8')) ?? {});
    if (!config.success) throw new Error(`${config.error.issues[0]?.path.join('.')}: ${config.error.issues[0]?.message}`);
    return await clientOf(config.data, dirname(file), timeout);
  } catch (err) {
    throw bad(err instanceof Error ? err.message : String(err));
  }
}

async function clientOf({ clusters, users, contexts, 'current-context': current }: z.output<typeof kubeconfig>, dir: string, timeout: number): Promise<PostToWebhook> {
  const context = named(contexts, current, 'context').context;
  const to = named(clusters, context.cluster, 'cluster').cluster;
  const as = (context.user === undefined ? undefined : named(users, context.user, 'user').user) ?? user.parse({});
  const read = async (path: string | undefined, base64: string | undefined) => (base64 ? Buffer.from(base64, 'base64').toString() : path && (await readFile(resolve(dir, path), 'utf8')));
  const ca = await read(to['certificate-authority'], to['certificate-authority-data']);
  const cert = await read(as['client-certificate'], as['client-certificate-data']);
  const key = await read(as['client-key'], as['client-key-data']);
  if ((cert === undefined) !== (key === undefined)) throw new Error(`users.${context.user}: client-certificate and client-key go together`);
  const tls: SecureContextOptions = { ...(ca && { ca }), ...(cert && { cert, key }) };
  createSecureContext(tls);
  const servername = to['tls-server-name'];
  const agent = new https.Agent({ keepAlive: true, ...tls, rejectUnauthorized: !to['insecure-skip-tls-verify'], ...(servername && { servername }) });
  const { tokenFile } = as;
  const token = tokenFile === undefined ? async () => as.token : async () => (await readFile(resolve(dir, tokenFile), 'utf8')).trim();
  await token();
  const basic = as.username && `Basic ${Buffer.from(`${as.username}:${as.password ?? ''}`).toString('base64')}`;
  const url = new URL(to.server);
  url.pathname = url.pathname.replace(/\/+$/, '');
  url.search = `?timeout=${formatDuration(timeout)}`;
  return async function postToWebhook(body, signal) {
    const bearer = await token();
    const authorization = bearer ? `Bearer ${bearer}` : basic;
    return post(url, { agent, credentials: { ...(authorization && { authorization }) } }, body, signal);
  };
}

function named<T extends { name: string }>(all: readonly T[], name: string, what: string): T {
  const found = all.find((each) => each.name === name);
  if (!found) throw new Error(`${what}s: there is no ${what} "${name}"`);
  return found;
}
