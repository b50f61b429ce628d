/** Clients that read in every way there is: one object, all, page by page; the newest, not older than a version, exactly a version. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeList } from '../../server/apimachinery/types.ts';
import { fromBody } from '../../server/client/errors.ts';
import { listPages } from '../../server/client/pager.ts';
import type { ListOptions } from '../../server/client/rest-client.ts';
import { StatusError } from '../../server/http/status.ts';
import { newRandom } from '../fuzz/random.ts';
import { NAMESPACE, collection, keyOf, outcomeOf, versionOf } from './client.ts';
import type { SoakClient } from './client.ts';
import type { Operation, Outcome } from './journal.ts';
import { nextServer, objects } from './writers.ts';
import type { ClientsOptions } from './writers.ts';

/** Resolves when the signal is aborted and all have been answered. */
export async function read(readers: number, { clients, journal, seed, signal }: ClientsOptions): Promise<void> {
  /** The newest version that any of them has been told. */
  let newest = 0;
  await Promise.all(Array.from({ length: readers }, (_, n) => run(n)));

  async function run(reader: number): Promise<void> {
    const random = newRandom(seed + 1, reader);
    for (let server = reader % clients.length; !signal.aborted; ) {
      const client = clients[server]!;
      const version = random.pick([undefined, undefined, { notOlderThan: 0 }, { notOlderThan: newest }, ...(newest > 0 ? [{ exactly: newest }] : [])]);
      const about = { server, ...(version && { version }) };
      const name = random.pick(objects);
      const pageSize = random.pick([0, 5]);
      const outcome = random.chance(0.5) && !(version && 'exactly' in version)
        ? await journal.note({ verb: 'get', key: `${NAMESPACE}/${name}`, ...about }, async () => outcomeOf(await client.send('GET', withQuery(`${collection}/${name}`, versionOptions(version)))))
        : await journal.note({ verb: 'list', key: NAMESPACE, ...about }, () => list(client, version, pageSize));
      if (outcome.type === 'ok') newest = Math.max(newest, outcome.revision ?? 0);
      server = nextServer(server, outcome, clients.length, random);
      await sleep(outcome.type === 'unknown' ? 100 : random.int(200));
    }
  }
}

async function list(client: SoakClient, version: Operation['version'], pageSize: number): Promise<Outcome> {
  let pages: number[] = [];
  const page = async (options: ListOptions): Promise<KubeList> => {
    const { status, body } = await client.send('GET', withQuery(collection, { ...options }));
    if (status !== 200) throw fromBody(status, JSON.stringify(body));
    const answer = body as unknown as KubeList;
    // who asks without a token starts anew
    pages = [...(options.continue ? pages : []), versionOf(answer)];
    return answer;
  };
  try {
    const { list: { items } } = await listPages(page, versionOptions(version), pageSize);
    return { type: 'ok', revision: pages[0]!, listed: { pages, versions: new Map(items.map((item) => [keyOf(item), versionOf(item)])) } };
  } catch (err) {
    if (err instanceof StatusError) return { type: 'unknown', status: err.status.code ?? 0, message: err.message };
    throw err;
  }
}

function versionOptions(version: Operation['version']): Pick<ListOptions, 'resourceVersion' | 'resourceVersionMatch'> {
  if (!version) return {};
  if ('exactly' in version) return { resourceVersion: String(version.exactly), resourceVersionMatch: 'Exact' };
  return { resourceVersion: String(version.notOlderThan) };
}

function withQuery(path: string, options: Record<string, unknown>): string {
  const given = Object.entries(options).map(([name, value]): [string, string] => [name, String(value)]);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
