/**
 * `/healthz`, `/livez` and `/readyz`: named checks, all at once or each at its own path.
 *
 * Upstream: k8s.io/apiserver/pkg/server/healthz/healthz.go. Leaves out grouped checks, metrics and the log line of a
 * failure; the public answer withholds reasons, a check's own path tells them.
 */
import type { Request, Response } from 'express';
import type { Filter } from '../filters/filter.ts';
import type { Clock } from '../http/context.ts';
import type { PathRecorderMux } from './path-recorder-mux.ts';
import { writeText } from './write-text.ts';

export interface HealthChecker {
  name: string;
  /** Throws where something is wrong. */
  check(): void | Promise<void>;
}

/** Answering at all is the check. */
export const pingHealthz: HealthChecker = { name: 'ping', check() {} };

/** Upstream looks whether its log writer is stuck; writing a line here cannot block. */
export const logHealthz: HealthChecker = { name: 'log', check() {} };

/** All is well for so many milliseconds; then the check says whether it is. */
export function delayedHealthCheck({ name, check }: HealthChecker, clock: Clock, delay: number): HealthChecker {
  const startCheck = clock.now() + delay;
  return { name, check: () => (clock.now() > startCheck ? check() : undefined) };
}

/** Registers the checks at `path` (`/livez`) and each at its own (`/livez/ping`). */
export function installPathHandler(mux: PathRecorderMux, path: string, checks: HealthChecker[]): void {
  const installed = checks.length > 0 ? checks : [pingHealthz];
  mux.handle(path, newRootHealth(path.slice(1), installed));
  for (const checker of installed) mux.handle(`${path}/${checker.name}`, newCheckHandler(checker));
}

function newRootHealth(name: string, checks: HealthChecker[]): Filter {
  return async function rootHealth(req: Request, res: Response) {
    const query = new URLSearchParams(req.url.split('?')[1]);
    const excluded = new Set(query.getAll('exclude'));
    const lines: string[] = [];
    let failed = false;
    for (const checker of checks) {
      const failure = excluded.has(checker.name) ? undefined : await run(checker);
      failed ||= failure !== undefined;
      if (excluded.delete(checker.name)) lines.push(`[+]${checker.name} excluded: ok\n`);
      else lines.push(failure === undefined ? `[+]${checker.name} ok\n` : `[-]${checker.name} failed: reason withheld\n`);
    }
    if (excluded.size > 0) {
      const unknown = [...excluded].sort().map((each) => `"${each}"`);
      lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.join(',')}\n`);
    }
    if (failed) writeText(res, 500, `${lines.join('')}${name} check failed\n`, { nosniff: true });
    else writeText(res, 200, query.has('verbose') ? `${lines.join('')}${name} check passed\n` : 'ok', { nosniff: true });
  };
}

function newCheckHandler(checker: HealthChecker): Filter {
  return async function checkHandler(_req: Request, res: Response) {
    const failure = await run(checker);
    if (failure === undefined) writeText(res, 200, 'ok', { nosniff: false });
    else writeText(res, 500, `internal server error: ${failure}\n`, { nosniff: true });
  };
}

async function run(checker: HealthChecker): Promise<string | undefined> {
  try {
    await checker.check();
    return undefined;
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}
