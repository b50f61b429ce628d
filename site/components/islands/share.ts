/** A link to a request as the reader changed it: the request's id, and what differs from the chapter's. */
import type { StageRequest } from '../../runtime/stage-host.ts';

/** A request, and what is changed about the chain that it is sent through. */
export type ChangedRequest = StageRequest & { chain?: string };

const fields = ['method', 'path', 'body', 'user', 'chain'] as const;

export function fragmentOf(id: string, request: ChangedRequest, original: ChangedRequest): string {
  const changed = new URLSearchParams();
  for (const field of fields) if ((request[field] ?? '') !== (original[field] ?? '')) changed.set(field, request[field] ?? '');
  const headers = JSON.stringify(request.headers);
  if (headers !== JSON.stringify(original.headers)) changed.set('headers', headers);
  return changed.size === 0 ? `#${id}` : `#${id}?${changed}`;
}

/** The changes that a link's fragment makes to the request `id`; undefined where it is about another place. */
export function requestFrom(fragment: string, id: string): Partial<ChangedRequest> | undefined {
  const [target, query] = fragment.replace(/^#/, '').split(/\?(.*)/s);
  if (target !== id || query === undefined) return undefined;
  const changed = new URLSearchParams(query);
  const request: Partial<ChangedRequest> = {};
  for (const field of fields) {
    const value = changed.get(field);
    if (value !== null) request[field] = value;
  }
  const headers = changed.get('headers');
  return headers === null ? request : { ...request, headers: textRecord(headers) };
}

function textRecord(json: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(json);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
  } catch {
    return {};
  }
}
