/**
 * Kills and restarts etcd and two servers at random while clients write, read and watch, and then asks whether anything
 * that they were told is not so.
 */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { newHTTPSTransport } from '../../server/node/controllers-transport.ts';
import { withBearerToken } from '../../server/client/transport.ts';
import type { Transport } from '../../server/client/transport.ts';
import { newRandom } from '../fuzz/random.ts';
import type { Random } from '../fuzz/random.ts';
import { startEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newChaos } from './chaos.ts';
import type { Chaos } from './chaos.ts';
import { checkInformer } from './check-informer.ts';
import { checkObserver } from './check-observer.ts';
import { check } from './check.ts';
import { NAMESPACE, newSoakClient } from './client.ts';
import { followHistory } from './history.ts';
import type { Write } from './history.ts';
import { newFollowingInformer } from './informer.ts';
import { newJournal } from './journal.ts';
import { newObserver } from './observer.ts';
import type { Following } from './observer.ts';
import { read } from './readers.ts';
import { reportOn } from './report.ts';
import type { SoakReport } from './report.ts';
import { objects, write } from './writers.ts';

export interface SoakOptions {
  cycles: number;
  seed: number;
  writers: number;
  /** More flags of the servers. */
  flags?: string[];
  /** Ends the soak after the cycles that are under way. */
  signal?: AbortSignal;
  onCycle?(cycle: number, done: number): void;
}

export interface SoakResult extends SoakReport {
  ended: Chaos['ended'];
  writes: number;
  compactions: number;
  violations: string[];
}

const readers = 4;
const prefix = `/registry/configmaps/${NAMESPACE}/`;
/** What was goes while it is still being read. */
const serverFlags = ['--etcd-compaction-interval=2s'];
/** Elections of a member alone, and its start, take no longer than they must. */
const etcdArgs = ['--heartbeat-interval', '10', '--election-timeout', '100', '--snapshot-count', '5000', '--quota-backend-bytes', String(8 * 2 ** 30)];

export async function soak({ cycles, seed, writers, flags = [], signal = new AbortController().signal, onCycle }: SoakOptions): Promise<SoakResult> {
  const random = newRandom(seed, -1);
  const etcd = await startEtcd({ args: etcdArgs });
  const servers: StageProcess[] = [];
  const agent = new Agent({ keepAlive: true });
  try {
    const history = await followHistory(etcd.endpoint, prefix);
    for (let n = 0; n < 2; n++) servers.push(await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`, ...serverFlags, ...flags]));
    const clients = servers.map(({ url, ca, tokens }) => newSoakClient(url, ca, tokens.admin));
    const transports = servers.map(({ port, ca, tokens }) => withBearerToken(newHTTPSTransport({ agent, host: '127.0.0.1', port, ca }), tokens.admin));
    const either = eitherOf(transports, random);
    const observers = [() => clients[0]!, () => clients[1]!, () => random.pick(clients)].map(newObserver);
    const informers = [...transports, either].flatMap((transport) => [true, false].map((useWatchList) => newFollowingInformer(transport, { useWatchList })));

    const [stopped, ended] = [new AbortController(), new AbortController()];
    const journal = newJournal(servers.length);
    const busy = { clients, journal, seed, signal: stopped.signal };
    const working = Promise.all([write(writers, busy), read(readers, busy)]);
    const following = Promise.all([...observers, ...informers].map((each) => each.run(ended.signal)));
    const chaos = newChaos({ etcd, servers, journal, seed });
    await chaos.run(cycles, signal, (cycle) => onCycle?.(cycle, journal.operations.length));
    stopped.abort();
    await working;

    const happened = (await history.end()).flatMap((each) => (objects.includes(each.key) ? [{ ...each, key: `${NAMESPACE}/${each.key}` }] : []));
    await untilSeen(happened, [...observers, ...informers]);
    ended.abort();
    await following;
    for (const client of clients) client.close();

    return {
      ...reportOn(journal.operations, observers, informers),
      ended: chaos.ended,
      writes: happened.length,
      compactions: history.compactions(),
      violations: [
        ...chaos.violations,
        ...check(happened, journal.operations),
        ...observers.flatMap(({ seen }, n) => checkObserver(happened, seen).map((wrong) => `observer ${n}: ${wrong}`)),
        ...informers.flatMap(({ seen, told, store }, n) => [...checkObserver(happened, seen), ...checkInformer(happened, seen, told, store())].map((wrong) => `informer ${n}: ${wrong}`)),
      ],
    };
  } finally {
    agent.destroy();
    await Promise.all(servers.map((server) => server.stop()));
    await etcd.stop();
  }
}

function eitherOf(transports: readonly Transport[], random: Random): Transport {
  return (request, signal) => random.pick(transports)(request, signal);
}

/** Who has not come to the end after a minute is found to miss what is there. */
async function untilSeen(history: readonly Write[], all: readonly Following[]): Promise<void> {
  const last = history.at(-1)?.revision ?? 0;
  for (const deadline = Date.now() + 60_000; all.some(({ revision }) => revision() < last) && Date.now() < deadline; ) await sleep(50);
  // from an informer's queue to its handler
  await sleep(200);
}
