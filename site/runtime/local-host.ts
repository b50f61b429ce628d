/**
 * The local form of StageHost: the stages run on this machine, behind the lab server. Works in a page that the lab
 * server served, and under Node with the lab server's address.
 */
import { labInfo, labMessage } from '../../server/observe/lab/messages.ts';
import type { LabAct, LabInfo } from '../../server/observe/lab/messages.ts';
import { splitVariant } from '../../server/observe/lab/variant.ts';
import { followEvents } from './follow-events.ts';
import { newTraceparent, requestTarget, traceIdOf, withUser } from './outgoing.ts';
import { HungUp, LEFT } from './stage-host.ts';
import type { StageHost } from './stage-host.ts';
import { alwaysOurs } from './turns.ts';
import type { NextTurn } from './turns.ts';

/** What a browser says of a page's own requests; no page can say it for itself. */
const fromOwnPage = { 'sec-fetch-site': 'same-origin' };

/** `base` is the lab server's address; undefined (where it serves no lab) stands for a page's own origin. */
export async function fetchLabInfo(base: string, signal?: AbortSignal): Promise<LabInfo | undefined> {
  try {
    const response = await fetch(`${base}/lab/info`, { headers: fromOwnPage, ...(signal && { signal }) });
    if (!response.ok) return undefined;
    const info = labInfo.safeParse(await response.json());
    return info.success ? info.data : undefined;
  } catch {
    return undefined;
  }
}

/** Two minutes in all: as long as a server may take that is started anew. */
const RETRIES = [1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];

export function newLocalHost(base: string, info: LabInfo, retries: readonly number[] = RETRIES, nextTurn: NextTurn = alwaysOurs): StageHost {
  const closed = new AbortController();
  /** Attempts to follow a stage that have not come to an end: what is sent waits for them, to be seen by those who follow. */
  const connecting = new Set<Promise<Response>>();
  const server = `the server on this machine (${new URL(base).host})`;

  /** An answer of the lab or a stage; where there is none, that is said in a sentence. */
  async function reach(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    try {
      return await fetch(base + path, { ...init, signal: signal ? AbortSignal.any([signal, closed.signal]) : closed.signal, cache: 'no-store' });
    } catch (err) {
      if (!(err instanceof TypeError)) throw err;
      throw new Error(`${server} does not answer`, { cause: err });
    }
  }

  function connect(stage: string, signal: AbortSignal): Promise<Response> {
    const response = reachLab('events', { stage }, { headers: { ...fromOwnPage, accept: 'text/event-stream' } }, signal);
    connecting.add(response);
    const done = () => connecting.delete(response);
    response.then(done, done);
    return response;
  }

  /** Why a stage can't be reached here; undefined where it can. A lab may run one stage alone. */
  function absent(stage: string): string | undefined {
    const [ofStage] = splitVariant(stage);
    return info.stages.some(({ name }) => name === ofStage) ? undefined : `the stage ${ofStage} does not run on this machine`;
  }

  async function reachLab(path: string, query: { stage: string; act?: LabAct }, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    const response = await reach(`/lab/${path}?${new URLSearchParams(query)}`, init, signal);
    if (response.ok) return response;
    const why = response.status === 404 ? absent(query.stage) : undefined;
    throw new Error(why === undefined ? `${server} refuses: ${(await response.text()).trim()}` : `${why}: \`npm start\` runs them all, and each runs in this page, too`);
  }

  return {
    kind: 'local',
    label: `on this machine (${new URL(base).host})`,
    users: () => Promise.resolve(info.users),
    async send(stage, request, signal) {
      await Promise.allSettled(connecting);
      const headers: Record<string, string> = { traceparent: newTraceparent(), ...withUser(request, info.users) };
      const { method, body: text } = request;
      const response = await reach(`/stages/${encodeURIComponent(stage)}${requestTarget(request.path)}`, { method, headers, redirect: 'manual', ...(text !== undefined && { body: text }) }, signal);
      const body = response.body ?? new Blob([]).stream();
      return { status: response.status, headers: [...response.headers], body, traceId: traceIdOf(headers) };
    },
    subscribe(stage, listener, lost = () => undefined) {
      const left = new AbortController();
      const signal = AbortSignal.any([left.signal, closed.signal]);
      followEvents({
        connect: (attempt) => connect(stage, attempt),
        take: (data) => listener(labMessage.parse(JSON.parse(data))),
        retries,
        nextTurn,
        signal,
      }).catch(lost);
      return () => left.abort();
    },
    lasting(stage) {
      const [ofStage, edit] = splitVariant(stage);
      const isFresh = edit !== '' || info.stages.some(({ name, restartable }) => name === ofStage && restartable);
      return absent(stage) ?? (isFresh ? undefined : 'what it stores is kept by an etcd of its own, which a fresh start would not empty');
    },
    async restart(stage) {
      await reachLab('restart', { stage }, { method: 'POST', headers: fromOwnPage });
    },
    async act(stage, act) {
      await reachLab('act', { stage, act }, { method: 'POST', headers: fromOwnPage });
    },
    close: () => closed.abort(new HungUp(LEFT)),
  };
}
