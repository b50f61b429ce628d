/**
 * Two clients of one stage: a noisy one with as many connections as the reader likes, and a quiet one that sends one
 * request after the other. What the server makes of them is read from its own dumps, so that whoever else asks it shows,
 * too.
 */
import { sleep } from '../../server/http/sleep.ts';
import type { StageHost, StageRequest } from '../runtime/stage-host.ts';
import { newTraceId, traceparent } from '../runtime/trace-id.ts';

export interface CrowdOptions {
  stage: string;
  /** The priority level whose queues are looked at. */
  level: string;
}

export interface Level {
  name: string;
  waiting: number;
  executing: number;
  dispatched: number;
  rejected: number;
}

export interface ClientState {
  answered: number;
  refused: number;
  /** Milliseconds, of the last answers. */
  latencies: number[];
}

export interface CrowdState {
  connections: number;
  levels: Level[];
  /** Of the level that is looked at: those in which somebody waits or is served. */
  queues: { index: number; waiting: number; executing: number }[];
  noisy: ClientState;
  quiet: ClientState;
}

const remembered = 40;
/** Milliseconds. */
const pause = { quiet: 300, refused: 250, look: 250 };
const dumps = '/debug/api_priority_and_fairness';

export class Crowd {
  readonly state: CrowdState;
  readonly #host: StageHost;
  readonly #options: CrowdOptions;
  readonly #onChange: (state: CrowdState) => void;
  readonly #stopped = new AbortController();
  readonly #noisy: AbortController[] = [];

  constructor(host: StageHost, options: CrowdOptions, onChange: (state: CrowdState) => void = () => undefined) {
    this.#host = host;
    this.#options = options;
    this.#onChange = onChange;
    const client = (): ClientState => ({ answered: 0, refused: 0, latencies: [] });
    this.state = { connections: 0, levels: [], queues: [], noisy: client(), quiet: client() };
  }

  /** Resolves when it is stopped; rejects when the stage cannot be reached. */
  async run(connections: number): Promise<void> {
    this.setConnections(connections);
    await Promise.all([this.#look(), this.#client('quiet', this.#stopped.signal)]);
  }

  setConnections(connections: number): void {
    this.state.connections = connections;
    while (this.#noisy.length > connections) this.#noisy.pop()?.abort();
    while (this.#noisy.length < connections) {
      const hangUp = new AbortController();
      this.#noisy.push(hangUp);
      // what is wrong with the stage is said by those who look at it
      this.#client('noisy', AbortSignal.any([hangUp.signal, this.#stopped.signal])).catch(() => undefined);
    }
  }

  stop(): void {
    this.setConnections(0);
    this.#stopped.abort();
  }

  async #client(name: 'noisy' | 'quiet', signal: AbortSignal): Promise<void> {
    const client = this.state[name];
    // everybody may ask who they are
    const request = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', headers: { 'Impersonate-User': name, 'Content-Type': 'application/json' }, body: '{}' };
    while (!signal.aborted) {
      const from = performance.now();
      const { status } = await this.#send(request, signal);
      if (signal.aborted) return;
      if (status === 429) client.refused++;
      else {
        client.answered++;
        client.latencies = [...client.latencies.slice(1 - remembered), performance.now() - from];
      }
      if (name === 'quiet') await sleep(pause.quiet, signal);
      else if (status === 429) await sleep(pause.refused, signal);
    }
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const [levels, queues] = await Promise.all(['dump_priority_levels', 'dump_queues'].map(async (dump) => rows((await this.#send({ method: 'GET', path: `${dumps}/${dump}`, headers: {} }, signal)).text)));
      if (signal.aborted) return;
      this.state.levels = levels!.map((row) => ({ name: row.PriorityLevelName ?? '', waiting: Number(row.WaitingRequests), executing: Number(row.ExecutingRequests), dispatched: Number(row.DispatchedRequests), rejected: Number(row.RejectedRequests) }));
      this.state.queues = queues!
        .filter((row) => row.PriorityLevelName === this.#options.level)
        .map((row) => ({ index: Number(row.Index), waiting: Number(row.PendingRequests), executing: Number(row.ExecutingRequests) }))
        .filter(({ waiting, executing }) => waiting + executing > 0);
      this.#onChange(this.state);
      await sleep(pause.look, signal);
    }
  }

  /** A request that leaves no trace: there are hundreds of them. Aborted, it has no answer. */
  async #send(request: Omit<StageRequest, 'user'>, signal: AbortSignal): Promise<{ status: number; text: string }> {
    const headers = { ...request.headers, traceparent: traceparent(newTraceId(), false) };
    try {
      const { status, body } = await this.#host.send(this.#options.stage, { ...request, user: 'admin', headers }, signal);
      return { status, text: await new Response(body).text() };
    } catch (err) {
      if (signal.aborted) return { status: 0, text: '' };
      throw err;
    }
  }
}

/** A dump as rows by the names of its columns. */
export function rows(dump: string): Record<string, string>[] {
  const [header = [], ...lines] = dump.trimEnd().split('\n').map((line) => line.split(/, +/));
  return lines.map((cells) => Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])));
}
