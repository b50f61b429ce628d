/**
 * The ruler with three clients, as the reader drives it and as the build does: each thing that can be done is a step,
 * named in words.
 */
import { labAct } from '../../server/observe/lab/messages.ts';
import type { LabStorage } from '../../server/observe/lab/messages.ts';
import type { StageHost } from '../runtime/stage-host.ts';
import { newTraceId, traceparent } from '../runtime/trace-id.ts';
import { WatchClient, refusal } from './watch-client.ts';
import type { WatchClientState } from './watch-client.ts';

export const clientNames = ['A', 'B', 'C'] as const;

const clientSteps = { starts: 'list', leaves: 'leave', returns: 'resume', 'lists again': 'list' } as const;

export interface WatchingOptions {
  stage: string;
  resource: Resource;
  clients: boolean;
}

export interface WatchingState {
  storage?: LabStorage;
  clients: WatchClientState[];
  /** What the step `write` does next, in words. */
  next: string;
}

const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'web', image: 'nginx' }] } };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };

/** What is written of each, and which other resource is written elsewhere. */
const templates = { pods: { object: pod, name: 'web', other: 'configmaps' }, configmaps: { object: configMap, name: 'conf', other: 'secrets' }, secrets: { object: { apiVersion: 'v1', kind: 'Secret' }, name: 'other', other: 'configmaps' } } as const;

export type Resource = keyof typeof templates;
export const resources = Object.keys(templates) as Resource[];

const pathOf = (resource: Resource) => `/api/v1/namespaces/default/${resource}`;

/** What can be done of its own accord: writes, acts, and what a client does. */
export const steps: readonly string[] = ['write', 'write elsewhere', ...labAct.options, ...clientNames.flatMap((name) => Object.keys(clientSteps).map((does) => `${name} ${does}`))];

const cycle = ['create', 'change', 'delete'] as const;
const writeOf = (resource: Resource, written: number) => ({ verb: cycle[written % cycle.length]!, name: `${templates[resource].name}-${1 + Math.floor(written / cycle.length)}` });

/** The next write, in words. */
export function wordsFor(resource: Resource, written = 0): string {
  const { verb, name } = writeOf(resource, written);
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${name}`;
}

export class Watching {
  readonly #host: StageHost;
  readonly #options: WatchingOptions;
  readonly #clients: WatchClient[];
  /** How often each resource was written; three times with each name. */
  readonly #written = new Map<Resource, number>();

  constructor(host: StageHost, options: WatchingOptions, onChange: () => void) {
    this.#host = host;
    this.#options = options;
    const { stage, resource, clients } = options;
    this.#clients = clients ? clientNames.map((name) => new WatchClient(name, host, stage, pathOf(resource), onChange)) : [];
  }

  state(storage?: LabStorage): WatchingState {
    const { resource } = this.#options;
    return { ...(storage && { storage }), clients: this.#clients.map(({ state }) => state), next: wordsFor(resource, this.#written.get(resource)) };
  }

  /** Rejects with a sentence where a step was refused; what a client is told is the client's. */
  async do(step: string): Promise<void> {
    const { resource, stage } = this.#options;
    const act = labAct.safeParse(step);
    if (act.success) return this.#host.act(stage, act.data);
    if (step === 'write') return this.#write(resource);
    if (step === 'write elsewhere') return this.#write(templates[resource].other);
    const client = this.#clients.find(({ state }) => step.startsWith(`${state.name} `));
    const does = Object.entries(clientSteps).find(([words]) => step.endsWith(` ${words}`))?.[1];
    if (!client || !does) throw new TypeError(`there is no step "${step}": there are ${steps.join(', ')}`);
    // what has seen nothing yet has nothing to go on from
    await client[client.state.standing === 'new' ? 'list' : does]();
  }

  leave(): void {
    for (const client of this.#clients) if (client.state.standing === 'watching') client.leave();
  }

  async #write(resource: Resource): Promise<void> {
    const written = this.#written.get(resource) ?? 0;
    const { verb, name } = writeOf(resource, written);
    const path = pathOf(resource);
    const object = { ...templates[resource].object, metadata: { name } };
    const { status, text } =
      verb === 'create'
        ? await this.#send('POST', path, object)
        : verb === 'change'
          ? await this.#send('PATCH', `${path}/${name}`, { metadata: { labels: { changed: 'yes' } } })
          : await this.#send('DELETE', `${path}/${name}`);
    // what was there before, or is gone already, is passed over
    const passed = status === 409 || status === 404;
    if (status >= 300 && !passed) throw new Error(refusal(status, text));
    this.#written.set(resource, passed ? written - (written % cycle.length) + cycle.length : written + 1);
    if (passed) await this.#write(resource);
  }

  async #send(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
    const headers = { traceparent: traceparent(newTraceId(), false), ...(body && { 'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }) };
    const response = await this.#host.send(this.#options.stage, { method, path, headers, user: 'admin', ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, text: await new Response(response.body).text() };
  }
}
