/** kubectl, as typed into a shell, with a kubeconfig and a home of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll } from 'vitest';
import { requireTool } from '../setup/tools.ts';
import type { CommandResult, StageProcess } from '../stage-process.ts';

export interface Kubectl {
  /** What the command prints; one that fails is an error that says what it printed. */
  (line: string, input?: string | object): Promise<string>;
  /** What a command that has to fail prints on stderr. */
  fails(line: string, input?: string | object): Promise<string>;
  run(line: string, input?: string | object): Promise<CommandResult>;
  /** A command that does not end, such as a watch. */
  start(line: string): Running;
  /** A file to be named in a command. */
  file(name: string, content: string | object): string;
  namespace: string;
  minorVersion(): Promise<number>;
}

export interface Running {
  stdout(): string;
  stderr(): string;
  /** Resolves once stdout matches. */
  prints(pattern: RegExp): Promise<void>;
  /** Its exit status, once it has ended by itself. */
  ended(): Promise<number | null>;
  stop(): Promise<void>;
}

/** kubectl in a namespace that is made before the tests of the surrounding block. */
export function kubectlInNamespace(server: () => StageProcess, namespace: string): Kubectl {
  const kubectl = newKubectl(server, namespace);
  beforeAll(async () => {
    await kubectl(`create namespace ${namespace}`);
  });
  return kubectl;
}

export function newKubectl(server: () => StageProcess, namespace = 'default'): Kubectl {
  const binary = requireTool('kubectl');
  let home: string | undefined;

  function launch(line: string) {
    const { dir, kubeconfig } = server();
    if (home === undefined) {
      home = mkdtempSync(join(dir, 'home-'));
      writeFileSync(join(home, 'config'), readFileSync(kubeconfig, 'utf8').replaceAll('namespace: default', `namespace: ${namespace}`));
    }
    const env = { PATH: `${dirname(binary)}:/usr/bin:/bin`, HOME: home, KUBECONFIG: join(home, 'config'), KUBE_EDITOR: 'sed -i s/unedited/edited/' };
    // A group of its own, so that all that a line starts can be ended.
    const child = spawn('/bin/sh', ['-c', `kubectl ${line}`], { env, cwd: home, detached: true });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => undefined);
    return { child, stdout: () => stdout, stderr: () => stderr };
  }

  async function run(line: string, input?: string | object): Promise<CommandResult> {
    const { child, stdout, stderr } = launch(line);
    child.stdin.end(text(input));
    const [code] = await once(child, 'close');
    return { code, stdout: stdout(), stderr: stderr() };
  }

  async function succeed(line: string, input?: string | object): Promise<string> {
    const { code, stdout, stderr } = await run(line, input);
    if (code !== 0) throw new Error(`kubectl ${line}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  return Object.assign(succeed, {
    run,
    namespace,
    async fails(line: string, input?: string | object) {
      const { code, stdout, stderr } = await run(line, input);
      if (code === 0) throw new Error(`kubectl ${line} did not fail; it printed ${stdout}`);
      return stderr;
    },
    start(line: string): Running {
      const { child, stdout, stderr } = launch(line);
      const closed = once(child, 'close');
      return {
        stdout,
        stderr,
        async prints(pattern: RegExp) {
          while (!pattern.test(stdout())) {
            if (child.exitCode !== null) throw new Error(`kubectl ${line} ended: ${stdout()}${stderr()}`);
            await Promise.race([once(child.stdout, 'data'), closed]);
          }
        },
        ended: async () => (await closed)[0],
        async stop() {
          if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
          await closed;
        },
      };
    },
    file(name: string, content: string | object) {
      const path = join(mkdtempSync(join(server().dir, 'file-')), name);
      writeFileSync(path, text(content) ?? '');
      return path;
    },
    async minorVersion() {
      const { clientVersion } = JSON.parse(await succeed('version --client -o json'));
      return Number.parseInt(clientVersion.minor, 10);
    },
  });
}

function text(input: string | object | undefined): string | undefined {
  return typeof input === 'object' ? JSON.stringify(input) : input;
}
