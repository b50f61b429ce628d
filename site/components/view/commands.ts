/** A request as the command lines that send the same one. */
import type { StageRequest } from '../../runtime/stage-host.ts';
import { isWatch } from '../exchange.ts';

export function headerText(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

export function parseHeaders(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error(`a header is written "Name: value", not "${line}"`);
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

/** Where a command sends its request: the stage's address over plain HTTP, and the user's token. */
export interface CommandTarget {
  base: string;
  token: string | undefined;
}

/** Ready to be pasted where the page knows the stage's address; else with `$SERVER`, `$CA` and `$TOKEN`, which `npm run stage` prints. */
export function curl({ method, path, headers, body, user }: StageRequest, target?: CommandTarget): string {
  const parts = [target ? 'curl' : 'curl --cacert "$CA"'];
  if (isWatch({ method, path, headers })) parts.push('-N');
  if (method === 'HEAD') parts.push('-I');
  else if (method !== 'GET' && !(method === 'POST' && body !== undefined)) parts.push(`-X ${method}`);
  if (user !== undefined && user !== '' && !hasOwnCredentials(headers)) {
    if (!target) parts.push('-H "Authorization: Bearer $TOKEN"');
    else if (target.token !== undefined) parts.push(`-H ${quote(`Authorization: Bearer ${target.token}`)}`);
  }
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`--data-binary ${quote(body)}`);
  return [...parts, target ? quote(`${target.base}${path}`) : `"$SERVER"${quote(path)}`].join(' ');
}

function hasOwnCredentials(headers: Record<string, string>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}

/** The kubectl command, where kubectl can say it: as a user that it has a context for, with no headers of one's own. */
export function kubectl(stage: string, request: StageRequest): string | undefined {
  const { user, headers } = request;
  // the first stage asks nobody who they are, so that any context will do
  const context = stage === 'handler' || user === 'admin' ? stage : user && user !== 'anonymous' ? `${stage}-${user}` : undefined;
  if (context === undefined) return undefined;
  if (Object.keys(headers).some((name) => name.toLowerCase() !== 'content-type')) return undefined;
  const args = kubectlArguments(request);
  return args && `kubectl --context ${context} ${args}`;
}

function kubectlArguments({ method, path, headers, body = '' }: StageRequest): string | undefined {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1].split(';')[0] ?? '';
  const [plain = path, query = ''] = path.split('?');
  if (method === 'GET') return `get --raw ${quote(path)}`;
  if (body !== '' && !isObject(body)) return undefined;
  if (method === 'PATCH') return patchArguments(type, plain, new URLSearchParams(query), body);
  const raw = rawVerbs[method];
  // what kubectl sends raw it calls JSON
  if (raw === undefined || (body !== '' && !['', 'application/json'].includes(type))) return undefined;
  return `${raw} --raw ${quote(path)}${method === 'DELETE' && body === '' ? '' : heredoc(body, ' -f -')}`;
}

const rawVerbs: Record<string, string> = { DELETE: 'delete', POST: 'create', PUT: 'replace' };

function patchArguments(type: string, path: string, query: URLSearchParams, body: string): string | undefined {
  const flags = [...query].map(([name, value]) => (name === 'fieldManager' ? ` --field-manager=${quote(value)}` : patchFlags[`${name}=${value}`]));
  if (flags.includes(undefined)) return undefined;
  const options = `${namespaceFlag(path)}${flags.join('')}`;
  if (type.includes('apply-patch')) return `apply --server-side${options}${heredoc(body, ' -f -')}`;
  const kind = patchTypes[type];
  const target = objectOf(path);
  return kind && target ? `patch ${target}${options} --type ${kind} -p ${quote(body)}` : undefined;
}

/** kubectl's words for what a patch says in its query. */
const patchFlags: Record<string, string> = { 'force=true': ' --force-conflicts', 'dryRun=All': ' --dry-run=server' };

/** Half an object, or text, is what kubectl would refuse to send. */
function isObject(body: string): boolean {
  if (!/^\s*[{[]/.test(body)) return /^\s*\w+:/.test(body);
  try {
    return typeof JSON.parse(body) === 'object';
  } catch {
    return false;
  }
}

const patchTypes: Record<string, string> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

/** `pods nginx` for `/api/v1/namespaces/default/pods/nginx`. */
function objectOf(path: string): string | undefined {
  const [, rest = ''] = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(.*)$/.exec(path) ?? [];
  const parts = rest.replace(/^namespaces\/[^/]+\/(?=.)/, '').split('/');
  return parts.length === 2 ? `${parts[0]} ${parts[1]}` : undefined;
}

function namespaceFlag(path: string): string {
  const [, name] = /\/namespaces\/([^/]+)\/./.exec(path) ?? [];
  return name === undefined || name === 'default' ? '' : ` -n ${name}`;
}

function heredoc(body: string, flag: string): string {
  return `${flag} <<'EOF'\n${body}\nEOF`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
