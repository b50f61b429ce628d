/** A real etcd for a test: on a free port, with a data directory of its own, gone when the test is. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireTool } from './tools.ts';

export interface RunningEtcd {
  endpoint: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): void;
  /** Starts it again on its data and its port, after killing it if it runs. */
  restart(): Promise<void>;
}

/** Becomes the command it is given, which is killed when this process is gone and cannot do so itself. */
export const untilParentEnds = 'exec 3<&0; (read _ <&3; kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null';

export async function startEtcd(options: { args?: string[] } = {}): Promise<RunningEtcd> {
  const binary = requireTool('etcd');
  const dataDir = mkdtempSync(join(fastestTmpdir(), 'etcd-'));
  const [clientPort, peerPort] = await Promise.all([freePort(), freePort()]);
  const endpoint = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const args = [
    ...['--name', 'test', '--data-dir', dataDir],
    ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `test=${peer}`],
    ...(options.args ?? []),
  ];
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const child = spawn('/bin/sh', ['-c', untilParentEnds, 'sh', binary, ...args]);
    running = child;
    child.once('exit', () => child.stdin.end());
    let output = '';
    child.once('error', (err) => (output += err.message));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
    }
    try {
      await untilHealthy(endpoint, child);
    } catch (err) {
      await end();
      throw new Error(`etcd at ${endpoint} did not start; it said:\n${output}`, { cause: err });
    }
  }

  function kill(): void {
    running?.kill('SIGKILL');
  }

  async function end(): Promise<void> {
    const child = running;
    running = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  try {
    await start();
  } catch (err) {
    await stop();
    throw err;
  }

  async function stop(): Promise<void> {
    await end();
    rmSync(dataDir, { recursive: true, force: true });
  }

  return {
    endpoint,
    stop,
    kill,
    async restart() {
      await end();
      await start();
    },
  };
}

/** Memory, where there is enough: etcd waits for the disk at every write. */
function fastestTmpdir(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 2 ** 30 ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function untilHealthy(endpoint: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) throw new Error('it ended');
    const response = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > deadline) throw new Error('it is not healthy');
  }
}

/** A port that nothing listens on, below those that the system gives to outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
