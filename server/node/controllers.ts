/**
 * The controllers of `--controllers`, in the server's own process: what they ask goes through the whole server, as users
 * with tokens that nobody else has.
 */
import { randomBytes } from 'node:crypto';
import type { TokenUser } from '../authentication/token-file.ts';
import { realClock } from '../client/clock.ts';
import { controllerUsers, newControllerManager } from '../client/controllers/manager.ts';
import { withBearerToken } from '../client/transport.ts';
import type { RunningStage } from '../observe/lab/running-stage.ts';
import type { Logger } from '../observe/logger.ts';
import { newLoopbackTransport } from './controllers-transport.ts';

export function controllerTokens(controllers: readonly string[]): TokenUser[] {
  return controllerUsers(controllers).map((user) => ({ token: randomBytes(16).toString('hex'), user }));
}

export interface WithControllersOptions {
  controllers: readonly string[];
  /** As `controllerTokens` made them; the stage has to know them. */
  tokens: readonly TokenUser[];
  log: Logger;
  rootCA: string;
}

/** A stage whose controllers start when it is ready, and end before it does. */
export function withControllers(running: RunningStage, { controllers, tokens, log, rootCA }: WithControllersOptions): RunningStage {
  if (controllers.length === 0) return running;
  const stopped = new AbortController();
  const loopback = newLoopbackTransport(running.server.handler);
  const manager = newControllerManager({
    controllers,
    clock: realClock,
    log,
    rootCA,
    transport: ({ name }) => withBearerToken(loopback, tokens.find(({ user }) => user.name === name)?.token ?? ''),
  });
  const ended = running.server.ready.then(() => manager.run(stopped.signal)).catch((err: unknown) => log.error(err, 'the controllers ended'));
  return {
    ...running,
    async close(...args) {
      stopped.abort();
      await ended;
      await running.close(...args);
    },
  };
}
