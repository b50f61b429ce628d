/**
 * The local form of StageHost: the stages run on this machine, behind the lab server. Works in a page that the lab
 * server served, and under Node with the lab server's address.
 */
import { labInfo, labMessage } from '../../server/observe/lab/messages.ts';
import type { LabInfo } from '../../server/observe/lab/messages.ts';
import { newTraceparent, requestTarget, traceIdOf, withUser } from './outgoing.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { StageHost } from './stage-host.ts';

/** `base` is the lab server's address; undefined (where it serves no lab) stands for a page's own origin. */
export async function fetchLabInfo(base: string, signal?: AbortSignal): Promise<LabInfo | undefined> {
  try {
    const response = await fetch(`${base}/lab/info`, { ...(signal && { signal }) });
    if (!response.ok) return undefined;
    const info = labInfo.safeParse(await response.json());
    return info.success ? info.data : undefined;
  } catch {
    return undefined;
  }
}

export function newLocalHost(base: string, info: LabInfo): StageHost {
  const closed = new AbortController();
  return {
    kind: 'local',
    label: `on this machine (${new URL(base).host})`,
    users: () => Promise.resolve(info.users),
    async send(stage, request, signal) {
      const headers: Record<string, string> = { traceparent: newTraceparent(), ...withUser(request, info.users) };
      const response = await fetch(`${base}/stages/${stage}${requestTarget(request.path)}`, {
        method: request.method,
        headers,
        signal: signal ? AbortSignal.any([signal, closed.signal]) : closed.signal,
        cache: 'no-store',
        redirect: 'manual',
        ...(request.body !== undefined && { body: request.body }),
      });
      const body = response.body ?? new Blob([]).stream();
      return { status: response.status, headers: [...response.headers], body, traceId: traceIdOf(headers) };
    },
    subscribe(stage, listener) {
      const left = new AbortController();
      const signal = AbortSignal.any([left.signal, closed.signal]);
      void listen(`${base}/lab/events?stage=${encodeURIComponent(stage)}`, (data) => listener(labMessage.parse(JSON.parse(data))), signal);
      return () => left.abort();
    },
    close: () => closed.abort(),
  };
}

/** Listens until `signal` is aborted; connects again where the server was restarted. */
async function listen(url: string, take: (data: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
      if (response.ok && response.body) for await (const data of serverSentEvents(response.body)) take(data);
    } catch (err) {
      if (err instanceof SyntaxError || (err instanceof Error && err.name === '$ZodError')) throw err;
    }
    await new Promise((resolve) => setTimeout(resolve, signal.aborted ? 0 : 1000));
  }
}
