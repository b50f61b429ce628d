/**
 * The one interface to a running stage. Widgets use it and do not know whether the stage runs in this page (a worker)
 * or on this machine (the lab server).
 */
import type { LabAct, LabMessage, LabUser } from '../../server/observe/lab/messages.ts';

export interface StageRequest {
  method: string;
  /** Path and query, from the stage's root: `/api/v1/namespaces?limit=1`. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** One of `users()`; its token is sent unless `headers` has an authorization of its own. */
  user?: string;
}

export interface StageResponse {
  status: number;
  headers: [string, string][];
  /** Cancel it (or abort the request) to hang up, as a client does that leaves a watch. */
  body: ReadableStream<Uint8Array>;
}

export interface StageHost {
  readonly kind: HostKind;
  /** For people: where the stage runs. */
  readonly label: string;
  users(): Promise<LabUser[]>;
  /**
   * Resolves with the head of the answer; rejects when the stage cannot be reached or was aborted. The trace id is
   * that of `headers.traceparent`, or a new one.
   */
  send(stage: string, request: StageRequest, signal?: AbortSignal): Promise<StageResponse & { traceId: string }>;
  /**
   * Spans of every request of the stage from now on, whoever sent it, and what is stored: a `store` message with
   * `reset` first. Spans are recorded only while someone listens. Returns the function that ends it; `lost` is told
   * why nothing more will come, where that was not asked for.
   */
  subscribe(stage: string, listener: (message: LabMessage) => void, lost?: (why: Error) => void): () => void;
  /** Why the stage cannot be started afresh; undefined where it can. */
  lasting(stage: string): string | undefined;
  /** Starts the stage afresh, with nothing stored; its watches end. Resolves when it can answer. */
  restart(stage: string): Promise<void>;
  /** Does something to the stage that no request can: stops its etcd. Rejects with a sentence where that cannot be. */
  act(stage: string, act: LabAct): Promise<void>;
  close(): void;
}

/** What the page itself ended, and why: no failure. */
export class HungUp extends Error {
  override name = 'HungUp';
}

/** Why the answers of a host end that is closed. */
export const LEFT = 'the client hung up, since the stage now runs elsewhere';

/** What is said of an answer that the server cut off. */
export const CLOSED = 'the server closed the connection';

export type HostKind = 'page' | 'local';

/** The hosts that a page can use, and the one that it uses: see hosts.ts for the page's own. */
export interface Hosts {
  /** The host in use; made on first call. Ask again for each request, the reader may have switched. */
  current(): Promise<StageHost>;
  /** The kinds that can be chosen here: always `page`, and `local` where the page's origin serves the lab. */
  available(): Promise<HostKind[]>;
  /** The reader's choice; kept for the next page. */
  use(kind: HostKind): Promise<void>;
  /** Calls back after each switch, with the new host. Returns the function that ends it. */
  onChange(listener: (host: StageHost) => void): () => void;
}
