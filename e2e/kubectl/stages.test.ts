/** Every stage starts, and what it says may be tried works. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stageNames } from '../../server/stages/index.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';

describe.each(stageNames)('stage %s', (name) => {
  let stage: StageProcess;
  beforeAll(async () => {
    stage = await startStage(name);
  });
  afterAll(async () => {
    await stage.stop();
  });

  test('says commands to try, and each works', async () => {
    expect(stage.tries.length).toBeGreaterThanOrEqual(2);
    for (const line of stage.tries) {
      const { code, stdout, stderr } = await tryOut(line, stage.dir);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: expect.not.stringMatching(/error/i) });
      // A watch may have nothing to say yet.
      if (!/watch/.test(line)) expect(stdout, line).not.toBe('');
    }
    expect(stage.alive()).toBe(true);
    // One of the commands has a wrong token.
    await expect.poll(() => stage.stderr()).toMatch(/^(\S+ Unable to authenticate the request: invalid bearer token\n)?$/);
  });
});

/** As typed into a shell. A command that does not end is given a moment, then stopped, and did well if it still ran. */
async function tryOut(line: string, home: string) {
  // What the shell would print of curl's progress is no error of the command.
  const child = spawn('bash', ['-c', line.replace(/^curl /, 'curl -sS ')], { env: { ...process.env, HOME: home }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const endless = /watch/.test(line);
  const code = await Promise.race([closed, sleep(endless ? 1000 : 20_000).then(() => (endless ? 0 : 'still running'))]);
  try {
    // The group, so that nothing stays in the background.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended
  }
  await closed;
  return { code, stdout, stderr };
}
