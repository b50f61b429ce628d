/** What the trace of a request that writes tells about it: by whom, of what, at which revisions. */
import type { LabSpan } from '../../server/observe/lab/messages.ts';

export interface WriteRequest {
  method: string;
  path: string;
  /** The controller, or the user, that sent it. */
  who: string;
  user: string;
  agent: string;
  status: number;
  traceId: string;
  spans: LabSpan[];
}

export const isRoot = ({ attributes }: LabSpan) => attributes['http.request.method'] !== undefined;
export const startOf = (request: WriteRequest | undefined) => request?.spans.find(isRoot)?.start ?? 0;
export const revisionsOf = ({ spans }: WriteRequest) => spans.flatMap(({ attributes }) => (attributes.succeeded === true ? [Number(attributes.revision)] : []));

/** Whether a path is that of the object behind a key, or of one of its parts. */
export function isAbout({ path }: WriteRequest, key: string): boolean {
  const [resource = '', namespace = '', name = ''] = key.split('/').slice(-3);
  return `${path.split('?', 1)[0]}/`.includes(`/namespaces/${namespace}/${resource}/${name}/`);
}

export function requestOf(traceId: string, spans: LabSpan[]): WriteRequest {
  const { attributes = {} } = spans.find(isRoot) ?? {};
  const agent = String(attributes['user_agent.original'] ?? '');
  const user = userOf(spans);
  return {
    method: String(attributes['http.request.method']),
    path: String(attributes['url.full']),
    who: /^kube-controller-manager\/[^/]+\/([\w-]+)$/.exec(agent)?.[1] ?? /^(kube-scheduler|kubelet)\//.exec(agent)?.[1] ?? user,
    user,
    agent,
    status: Number(attributes['http.response.status_code'] ?? 0),
    traceId,
    spans,
  };
}

function userOf(spans: readonly LabSpan[]): string {
  const snapshot = spans.map(({ attributes }) => attributes['snapshot.user']).find((each) => each !== undefined);
  if (snapshot === undefined) return '';
  const { name } = JSON.parse(String(snapshot)) as { name?: string };
  return name ?? '';
}
