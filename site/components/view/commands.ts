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

/** With `$SERVER`, `$CA` and `$TOKEN` as `npm run stage` prints them. */
export function curl({ method, path, headers, body, user }: StageRequest): string {
  const parts = ['curl --cacert "$CA"'];
  if (isWatch({ method, path, headers })) parts.push('-N');
  if (method === 'HEAD') parts.push('-I');
  else if (method !== 'GET' && !(method === 'POST' && body !== undefined)) parts.push(`-X ${method}`);
  if (user !== undefined && user !== '') parts.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`--data-binary ${quote(body)}`);
  return [...parts, `"$SERVER"${quote(path)}`].join(' ');
}

/** The kubectl command, where kubectl can say it. */
export function kubectl({ method, path, headers, body = '' }: StageRequest): string | undefined {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const plain = path.split('?')[0] ?? path;
  if (method === 'GET') return `kubectl get --raw ${quote(path)}`;
  if (method === 'DELETE') return `kubectl delete --raw ${quote(path)}${body === '' ? '' : heredoc(body, ' -f -')}`;
  if (method === 'POST') return hasKind(body) && isCollection(plain) ? `kubectl create${namespaceFlag(plain)}${heredoc(body, ' -f -')}` : `kubectl create --raw ${quote(path)}${heredoc(body, ' -f -')}`;
  if (method === 'PUT') return `kubectl replace --raw ${quote(path)}${heredoc(body, ' -f -')}`;
  if (method !== 'PATCH') return undefined;
  if (type.includes('apply-patch')) return `kubectl apply --server-side${namespaceFlag(plain)}${heredoc(body, ' -f -')}`;
  const kind = patchTypes[type.split(';')[0] ?? ''];
  const target = objectOf(plain);
  return kind && target ? `kubectl patch ${target}${namespaceFlag(plain)} --type ${kind} -p ${quote(body)}` : undefined;
}

const patchTypes: Record<string, string> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

function isCollection(path: string): boolean {
  return objectOf(path) === undefined;
}

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

function hasKind(body: string): boolean {
  return /["']?kind["']?\s*:/.test(body);
}

function heredoc(body: string, flag: string): string {
  return `${flag} <<'EOF'\n${body}\nEOF`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
