/**
 * The query of a connect request as the options that it stands for.
 *
 * Upstream: k8s.io/api/core/v1 (PodLogOptions, PodExecOptions and their siblings), k8s.io/apimachinery
 * pkg/runtime/converter of query parameters.
 */
import { quote } from '../../apimachinery/quote.ts';
import { canonicalizeTime } from '../../apimachinery/serializer/go-time.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newBadRequest } from '../../http/status.ts';

type Type = 'boolean' | 'integer' | 'string' | 'strings' | 'ports' | 'time';

const STREAMS = { stdin: 'boolean', stdout: 'boolean', stderr: 'boolean', tty: 'boolean', container: 'string' } as const;

const OPTIONS = {
  PodLogOptions: {
    container: 'string', follow: 'boolean', previous: 'boolean', sinceSeconds: 'integer', sinceTime: 'time', timestamps: 'boolean',
    tailLines: 'integer', limitBytes: 'integer', insecureSkipTLSVerifyBackend: 'boolean', stream: 'string',
  },
  PodExecOptions: { ...STREAMS, command: 'strings' },
  PodAttachOptions: STREAMS,
  PodPortForwardOptions: { ports: 'ports' },
  PodProxyOptions: {},
  NodeProxyOptions: {},
  ServiceProxyOptions: {},
} as const satisfies Record<string, Record<string, Type>>;

export type OptionsKind = keyof typeof OPTIONS;

/** `path` is what follows a proxy's own path. */
export function connectOptions(kind: OptionsKind): (query: URLSearchParams, path: string) => KubeObject {
  return (query, path) => {
    const values = Object.entries<Type>(OPTIONS[kind]).flatMap(([name, type]): [string, unknown][] => (query.has(name) ? [[name, read(query.getAll(name), type)]] : []));
    return { apiVersion: 'v1', kind, metadata: {}, ...Object.fromEntries(values), ...(kind.endsWith('ProxyOptions') && { path }) };
  };
}

/** Several values of what is one: the first counts. */
function read(values: string[], type: Type): unknown {
  const [first = ''] = values;
  switch (type) {
    case 'boolean':
      return first.toLowerCase() !== 'false' && first !== '0';
    case 'integer':
      return integer(first);
    case 'ports':
      return values.flatMap((value) => value.split(',').map(port));
    case 'time':
      return time(first);
    case 'strings':
      return values;
    case 'string':
      return first;
  }
}

function integer(value: string): number {
  if (!/^[+-]?\d+$/.test(value)) throw newBadRequest(`strconv.ParseInt: parsing ${quote(value)}: invalid syntax`);
  return Number(value);
}

function port(value: string): number {
  const why = !/^\d+$/.test(value) ? 'invalid syntax' : Number(value) > 65535 ? 'value out of range' : '';
  if (why !== '') throw newBadRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${quote(value)}: ${why}`);
  return Number(value);
}

/** RFC 3339; older clients say null for no time. */
function time(value: string): string {
  if (value === '' || value === 'null') return '0001-01-01T00:00:00Z';
  try {
    return canonicalizeTime('time', value);
  } catch (err) {
    throw newBadRequest(err instanceof Error ? err.message : String(err));
  }
}
