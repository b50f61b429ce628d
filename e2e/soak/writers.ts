/** Clients that write, all at once, to a few objects, through any of the servers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newRandom } from '../fuzz/random.ts';
import type { Random } from '../fuzz/random.ts';
import { NAMESPACE, collection, outcomeOf } from './client.ts';
import type { SoakClient } from './client.ts';
import { markOf } from './history.ts';
import type { Journal, Outcome, Question } from './journal.ts';

export const objects = Array.from({ length: 24 }, (_, n) => `o${n}`);

export interface ClientsOptions {
  /** One of each server. */
  clients: readonly SoakClient[];
  journal: Journal;
  seed: number;
  signal: AbortSignal;
}

/** Resolves when the signal is aborted and all have been answered. */
export async function write(writers: number, { clients, journal, seed, signal }: ClientsOptions): Promise<void> {
  /** What they have been told last. */
  const versions = new Map<string, number>();
  await Promise.all(Array.from({ length: writers }, (_, n) => run(n)));

  async function run(writer: number): Promise<void> {
    const random = newRandom(seed, writer);
    for (let server = writer % clients.length; !signal.aborted; ) {
      const name = random.pick(objects);
      const key = `${NAMESPACE}/${name}`;
      const known = versions.get(key);
      const verb = random.pick(['create', 'update', 'update', 'update', 'delete', 'get'] as const);
      const isConditional = verb !== 'create' && verb !== 'get' && random.chance(0.6);
      const question: Question = { verb, key, server, ...(isConditional && known !== undefined && { precondition: known }) };
      const outcome = await journal.note(question, (id) => ask(clients[server]!, name, id, question));
      if (outcome.type === 'ok' && outcome.revision !== undefined) versions.set(key, outcome.revision);
      server = nextServer(server, outcome, clients.length, random);
      // who is not answered asks again, but not at once
      await sleep(outcome.type === 'unknown' ? 100 : random.int(100));
    }
  }
}

/** Who is not answered asks another one; who is asks another one now and then. */
export function nextServer(server: number, outcome: Outcome, servers: number, random: Random): number {
  if (outcome.type === 'unknown') return (server + 1) % servers;
  return random.chance(0.2) ? random.int(servers) : server;
}

async function ask(client: SoakClient, name: string, id: number, { verb, precondition }: Question): Promise<Outcome> {
  const resourceVersion = precondition === undefined ? {} : { resourceVersion: String(precondition) };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...resourceVersion }, data: { mark: markOf(id) } };
  const path = `${collection}/${name}`;
  if (verb === 'create') return outcomeOf(await client.send('POST', collection, object));
  if (verb === 'update') return outcomeOf(await client.send('PUT', path, object));
  if (verb === 'delete') return outcomeOf(await client.send('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: resourceVersion }));
  return outcomeOf(await client.send('GET', path));
}
