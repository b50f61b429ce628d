/**
 * The query of a connect request as the options that it stands for.
 *
 * Upstream: k8s.io/api/core/v1 (PodLogOptions, PodExecOptions and their siblings), k8s.io/apimachinery
 * pkg/runtime/converter of query parameters.
 */
import { quote } from '../../apimachinery/quote.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newBadRequest } from '../../http/status.ts';

type Type = 'boolean' | 'integer' | 'string' | 'strings' | 'integers';

const STREAMS = { stdin: 'boolean', stdout: 'boolean', stderr: 'boolean', tty: 'boolean', container: 'string' } as const;

const OPTIONS = {
  PodLogOptions: {
    container: 'string', follow: 'boolean', previous: 'boolean', sinceSeconds: 'integer', sinceTime: 'string', timestamps: 'boolean',
    tailLines: 'integer', limitBytes: 'integer', insecureSkipTLSVerifyBackend: 'boolean', stream: 'string',
  },
  PodExecOptions: { ...STREAMS, command: 'strings' },
  PodAttachOptions: STREAMS,
  PodPortForwardOptions: { ports: 'integers' },
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
    case 'integers':
      return values.map(integer);
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
