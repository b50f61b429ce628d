/** Ends etcd and the servers in the middle of what they do, and starts them again: all at once, each in its own time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newRandom } from '../fuzz/random.ts';
import type { Random } from '../fuzz/random.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import type { StageProcess } from '../stage-process.ts';
import type { Journal } from './journal.ts';

export interface Chaos {
  /** How often each has been ended. */
  readonly ended: { etcd: number; server: number; serverByTerm: number };
  readonly violations: string[];
  /** So many cycles, or fewer if the signal is aborted: something is ended at a random moment, and started; then it answers, and clients get something done. */
  run(cycles: number, signal: AbortSignal, onCycle?: (cycle: number) => void): Promise<void>;
}

export interface ChaosOptions {
  etcd: RunningEtcd;
  servers: readonly StageProcess[];
  journal: Journal;
  seed: number;
}

/** Operations that have to be done after a restart, and the milliseconds that there are for it. */
const enough = 8;
const patience = 180_000;

export function newChaos({ etcd, servers, journal, seed }: ChaosOptions): Chaos {
  const ended = { etcd: 0, server: 0, serverByTerm: 0 };
  const violations: string[] = [];

  async function endEtcd(random: Random): Promise<void> {
    await sleep(random.int(1000));
    ended.etcd++;
    etcd.kill();
    if (random.chance(0.2)) await sleep(random.int(1000));
    await etcd.restart();
    await untilDone(servers);
  }

  async function endServer(server: StageProcess, random: Random): Promise<void> {
    await sleep(random.int(3000));
    const byTerm = random.chance(0.2);
    ended[byTerm ? 'serverByTerm' : 'server']++;
    await (byTerm ? end(server) : server.kill());
    await server.restart();
    await untilDone([server]);
  }

  async function end(server: StageProcess): Promise<void> {
    const status = await server.kill('SIGTERM');
    if (status !== 0) violations.push(`a server that was told to end has ended with ${status}: ${server.stderr().slice(-500)}`);
  }

  /** By some of the servers, together. */
  async function untilDone(some: readonly StageProcess[]): Promise<void> {
    const done = () => some.reduce((sum, server) => sum + journal.acknowledged[servers.indexOf(server)]!, 0);
    const goal = done() + enough;
    for (const deadline = Date.now() + patience; done() < goal; await sleep(5)) {
      if (Date.now() < deadline) continue;
      violations.push(`nothing was done within ${patience} ms after a restart: ${some.map((server) => server.stderr().slice(-500)).join('\n')}`);
      return;
    }
  }

  return {
    ended,
    violations,
    async run(cycles, signal, onCycle) {
      let [begun, done] = [0, 0];
      const repeat = async (cycle: (random: Random) => Promise<void>, n: number) => {
        const random = newRandom(seed, -2 - n);
        while (begun++ < cycles && !signal.aborted) {
          await cycle(random);
          onCycle?.(++done);
        }
      };
      /** What does not start ends the soak; what was seen until then is looked at all the same. */
      const giveUp = (err: unknown) => {
        begun = cycles;
        violations.push(err instanceof Error ? err.message : String(err));
      };
      await Promise.all([endEtcd, ...servers.map((server) => (random: Random) => endServer(server, random))].map((cycle, n) => repeat(cycle, n).catch(giveUp)));
    },
  };
}
