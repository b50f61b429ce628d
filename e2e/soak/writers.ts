/** Clients that write, all at once, to a few objects, and note down what they asked and what they were told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newRandom } from '../fuzz/random.ts';
import type { SoakClient } from './client.ts';
import { markOf } from './history.ts';

export type Verb = 'create' | 'update' | 'delete' | 'get';

export interface Operation {
  id: number;
  verb: Verb;
  key: string;
  /** The resourceVersion that the object had to have; undefined where any was right. */
  precondition?: number;
  /** Places in the one order of all that the clients did and heard. */
  invoked: number;
  returned: number;
  outcome: Outcome;
}

export type Outcome =
  /** `revision` and `mark` of what was written or read; of a delete only the uid is told. */
  | { type: 'ok'; revision?: number; mark?: string; uid?: string }
  | { type: 'refused'; why: 'conflict' | 'exists' | 'missing' }
  /** Nobody knows: no answer, or one that says so. */
  | { type: 'unknown' };

const objects = 24;
const collection = '/api/v1/namespaces/default/configmaps';

export class Writers {
  readonly operations: Operation[] = [];
  readonly #client: SoakClient;
  readonly #seed: number;
  readonly #versions = new Map<string, number>();
  #now = 0;
  #stopped = false;

  constructor(client: SoakClient, seed: number) {
    this.#client = client;
    this.#seed = seed;
  }

  /** Resolves when all have stopped. */
  async run(writers: number): Promise<void> {
    await Promise.all(Array.from({ length: writers }, (_, n) => this.#write(n)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #write(writer: number): Promise<void> {
    const random = newRandom(this.#seed, writer);
    while (!this.#stopped) {
      const name = `o${random.int(objects)}`;
      const operation: Operation = { id: this.operations.length, verb: random.pick(['create', 'update', 'update', 'update', 'delete', 'get']), key: `default/${name}`, invoked: this.#now++, returned: 0, outcome: { type: 'unknown' } };
      const known = this.#versions.get(operation.key);
      if (known !== undefined && operation.verb !== 'create' && operation.verb !== 'get' && random.chance(0.6)) operation.precondition = known;
      this.operations.push(operation);
      operation.outcome = await this.#ask(name, operation).catch((): Outcome => ({ type: 'unknown' }));
      operation.returned = this.#now++;
      const { outcome } = operation;
      if (outcome.type === 'ok' && outcome.revision !== undefined) this.#versions.set(operation.key, outcome.revision);
      // who is not answered asks again, but not at once
      if (outcome.type === 'unknown') await sleep(50);
    }
  }

  async #ask(name: string, { id, verb, precondition }: Operation): Promise<Outcome> {
    const resourceVersion = precondition === undefined ? {} : { resourceVersion: String(precondition) };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...resourceVersion }, data: { mark: markOf(id) } };
    const path = `${collection}/${name}`;
    switch (verb) {
      case 'create':
        return outcomeOf(await this.#client.send('POST', collection, object));
      case 'update':
        return outcomeOf(await this.#client.send('PUT', path, object));
      case 'delete':
        return outcomeOf(await this.#client.send('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: resourceVersion }));
      case 'get':
        return outcomeOf(await this.#client.send('GET', path));
    }
  }
}

function outcomeOf({ status, body }: Awaited<ReturnType<SoakClient['send']>>): Outcome {
  if (status === 404) return { type: 'refused', why: 'missing' };
  if (status === 409) return { type: 'refused', why: (body as { reason?: string }).reason === 'AlreadyExists' ? 'exists' : 'conflict' };
  if (status !== 200 && status !== 201) return { type: 'unknown' };
  const { metadata, data, details } = body;
  return {
    type: 'ok',
    ...(metadata?.resourceVersion && { revision: Number(metadata.resourceVersion) }),
    ...(data?.mark && { mark: data.mark }),
    ...((metadata?.uid ?? details?.uid) && { uid: metadata?.uid ?? details?.uid }),
  };
}
