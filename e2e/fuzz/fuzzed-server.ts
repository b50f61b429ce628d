/** The handle on the fuzzed process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Question, Served, Settled } from './messages.ts';

const program = fileURLToPath(new URL('./server.ts', import.meta.url));

export interface FuzzedServer extends Served {
  settle(): Promise<Settled>;
  alive(): boolean;
  /** What it has written, and not been asked for yet. */
  stderr(): string;
  stop(): Promise<void>;
}

export async function startFuzzed(): Promise<FuzzedServer> {
  const certDir = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const child = fork(program, { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  // what hangs hears no disconnect
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the fuzzed server ended: ${code ?? signal}\n${stderr}`);
  });
  ended.catch(() => undefined);
  async function ask<T>(question: Question): Promise<T> {
    const answered = new Promise<T>((resolve) => child.once('message', (answer) => resolve(answer as T)));
    child.send(question);
    return Promise.race([answered, ended]);
  }
  return {
    ...(await ask<Served>({ ask: 'serve', certDir })),
    settle: () => ask<Settled>({ ask: 'settle' }),
    alive: () => child.exitCode === null && child.signalCode === null,
    stderr() {
      const said = stderr;
      stderr = '';
      return said;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        kill();
        await gone;
      }
      process.off('exit', kill);
      rmSync(certDir, { recursive: true, force: true });
    },
  };
}
