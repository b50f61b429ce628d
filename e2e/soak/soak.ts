/** Kills and restarts etcd and the server at random while clients write and watch, and then asks what was lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newRandom } from '../fuzz/random.ts';
import { startEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import { check, checkObserver } from './check.ts';
import { newSoakClient } from './client.ts';
import { readHistory } from './history.ts';
import { Observer } from './observer.ts';
import { Writers } from './writers.ts';

export interface SoakOptions {
  cycles: number;
  seed: number;
  writers: number;
  onCycle?(cycle: number, done: number): void;
}

export interface SoakResult {
  operations: number;
  acknowledged: number;
  unknown: number;
  writes: number;
  /** How often watches had to be taken up again. */
  resumed: number;
  violations: string[];
}

const observers = 3;

export async function soak({ cycles, seed, writers, onCycle }: SoakOptions): Promise<SoakResult> {
  const random = newRandom(seed, -1);
  const etcd = await startEtcd({ args: ['--quota-backend-bytes', String(8 * 2 ** 30)] });
  const stage = await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`, '--etcd-compaction-interval=0s']);
  const client = newSoakClient(stage.url, stage.ca, stage.tokens.admin);
  try {
    const clients = new Writers(client, seed);
    const watching = Array.from({ length: observers }, () => new Observer(client));
    const writing = clients.run(writers);
    const observing = watching.map((observer) => observer.run());
    for (let cycle = 1; cycle <= cycles; cycle++) {
      await sleep(100 + random.int(500));
      await (random.chance(0.5) ? etcd.restart() : stage.restart());
      onCycle?.(cycle, clients.operations.length);
    }
    await sleep(500);
    clients.stop();
    await writing;

    const history = await readHistory(etcd.endpoint, '/registry/configmaps/default/');
    const named = history.filter(({ key }) => /^o\d+$/.test(key)).map((write) => ({ ...write, key: `default/${write.key}` }));
    const last = named.at(-1)?.revision ?? 0;
    for (const deadline = Date.now() + 60_000; watching.some(({ revision }) => revision < last) && Date.now() < deadline; ) await sleep(50);
    for (const observer of watching) observer.stop();
    await Promise.all(observing);

    const outcomes = clients.operations.map(({ outcome }) => outcome.type);
    return {
      operations: outcomes.length,
      acknowledged: outcomes.filter((type) => type === 'ok').length,
      unknown: outcomes.filter((type) => type === 'unknown').length,
      writes: named.length,
      resumed: watching.reduce((sum, { resumed }) => sum + resumed, 0),
      violations: [...check(named, clients.operations), ...watching.flatMap(({ seen }, n) => checkObserver(named, seen).map((wrong) => `observer ${n}: ${wrong}`))],
    };
  } finally {
    client.close();
    await stage.stop();
    await etcd.stop();
  }
}
