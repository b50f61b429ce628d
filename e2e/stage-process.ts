/** A stage as a reader starts it: through the command line, in a process and a directory of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { untilParentEnds } from './setup/etcd.ts';

const main = fileURLToPath(new URL('../server/node/main.ts', import.meta.url));

export interface StageProcess {
  /** `https://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** A directory that goes when the stage does. */
  dir: string;
  kubeconfig: string;
  /** The CA, as PEM. */
  ca: string;
  /** The tokens of the users that a stage makes for itself; empty where it is given others. */
  tokens: { admin: string; alice: string };
  /** The address of its page. */
  lab: string;
  /** The commands that it says may be tried. */
  tries: string[];
  pid(): number;
  alive(): boolean;
  stderr(): string;
  /** SIGTERM; resolves to the exit status. */
  stop(): Promise<number | null>;
  /** SIGKILL, where no other is named; resolves to the exit status, which there is none of after SIGKILL. Its directory stays. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** After `kill`, or instead of it: on its port, with its certificates and tokens. */
  restart(): Promise<void>;
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `main.ts ARGS` until it ends by itself. */
export async function runCommandLine(...args: string[]): Promise<CommandResult> {
  const child = launch(args);
  const [code] = await once(child.process, 'close');
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

export async function startStage(name: string, args: string[] = []): Promise<StageProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'stage-'));
  const kubeconfig = join(dir, 'kubeconfig');
  const flags = (port: number) => ['stage', name, `--secure-port=${port}`, `--cert-dir=${join(dir, 'certs')}`, `--kubeconfig-out=${kubeconfig}`, ...args];
  let child = launch(flags(0));
  const url = await untilReady(child);
  const port = Number(new URL(url).port);
  const tokenFile = join(dir, 'certs/tokens.csv');
  const tokens = Object.fromEntries(
    (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8') : '')
      .trim()
      .split('\n')
      .map((line) => line.split(',').slice(0, 2).reverse()),
  );

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return child.process.exitCode;
    const exit = once(child.process, 'exit');
    child.process.kill(signal);
    const [code] = await exit;
    return code;
  }

  return {
    url,
    port,
    dir,
    kubeconfig,
    ca: readFileSync(join(dir, 'certs/ca.crt'), 'utf8'),
    tokens: { admin: tokens.admin ?? '', alice: tokens.alice ?? '' },
    lab: /^its requests, live.*: (http:\S+)$/m.exec(child.stdout())?.[1] ?? '',
    tries: triesIn(child.stdout()),
    pid: () => child.process.pid ?? 0,
    alive: () => child.process.exitCode === null && child.process.signalCode === null,
    stderr: () => child.stderr(),
    async stop() {
      const code = await kill('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
      return code;
    },
    kill,
    async restart() {
      await kill();
      child = launch(flags(port));
      await untilReady(child);
    },
  };
}

type Child = ReturnType<typeof launch>;

function launch(args: string[]) {
  const child = spawn('/bin/sh', ['-c', untilParentEnds, 'sh', process.execPath, main, ...args]);
  child.once('exit', () => child.stdin.end());
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { process: child, stdout: () => stdout, stderr: () => stderr };
}

async function untilReady(child: Child): Promise<string> {
  const closed = once(child.process, 'close');
  for (;;) {
    const url = /^ready: (\S+)\n/m.exec(child.stdout())?.[1];
    if (url) return url;
    const { exitCode, signalCode } = child.process;
    if (exitCode !== null || signalCode !== null) throw new Error(`the stage ended (${exitCode ?? signalCode}): ${child.stderr()}`);
    await Promise.race([once(child.process.stdout, 'data'), closed]);
  }
}

function triesIn(output: string): string[] {
  const [, after = ''] = output.split('try:\n');
  return after.split('\n').flatMap((line) => (line.startsWith('  ') ? [line.trim()] : []));
}
