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
  /** It keeps its connections, and answers nothing. */
  pause(): void;
  resume(): void;
  /** Starts it again on its data and its port, after killing it if it runs. */
  restart(): Promise<void>;
}

/** Becomes the command it is given, which is killed when this process is gone and cannot do so itself. */
export const untilParentEnds = 'exec 3<&0; (read _ <&3; kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null';

interface EtcdOptions {
  args?: string[];
  /** Its certificate and key, and who signed those of its clients: files. */
  tls?: { cert: string; key: string; clientCA: string };
}

interface Member {
  name: string;
  peerPort: number;
}

export function startEtcd(options: EtcdOptions = {}): Promise<RunningEtcd> {
  return startEtcdCluster(1, options).then(([etcd]) => etcd!);
}

/** So many members of one cluster. */
export async function startEtcdCluster(size: number, options: EtcdOptions = {}): Promise<RunningEtcd[]> {
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  const members = ports.map((peerPort, n) => ({ name: `member-${n}`, peerPort }));
  return Promise.all(members.map((member) => startMember(member, members, options)));
}

const peerURL = ({ peerPort }: Member) => `http://127.0.0.1:${peerPort}`;

async function startMember(member: Member, members: Member[], { args: more = [], tls }: EtcdOptions): Promise<RunningEtcd> {
  const binary = requireTool('etcd');
  const dataDir = mkdtempSync(join(fastestTmpdir(), 'etcd-'));
  const [clientPort, metricsPort] = await Promise.all([freePort(), freePort()]);
  const endpoint = `${tls ? 'https' : 'http'}://127.0.0.1:${clientPort}`;
  const health = `http://127.0.0.1:${metricsPort}`;
  const peer = peerURL(member);
  const args = [
    ...['--name', member.name, '--data-dir', dataDir, '--listen-metrics-urls', health],
    ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', members.map((each) => `${each.name}=${peerURL(each)}`).join(',')],
    ...(tls ? ['--cert-file', tls.cert, '--key-file', tls.key, '--client-cert-auth', '--trusted-ca-file', tls.clientCA] : []),
    ...more,
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
      await untilHealthy(health, child);
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
    pause: () => void running?.kill('SIGSTOP'),
    resume: () => void running?.kill('SIGCONT'),
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
