/**
 * Controllers in the server's own process. They are clients like any others: what they ask goes through the whole
 * server, each as a user of its own, with a token that nobody else has.
 *
 * Upstream: cmd/kube-controller-manager, kube-scheduler and kubelet, which are programs of their own.
 */
import { realClock } from '../client/clock.ts';
import { controllerUsers, newControllerManager } from '../client/controllers/manager.ts';
import { withBearerToken } from '../client/transport.ts';
import type { APIServer } from '../http/api-server.ts';
import type { ServerConfig } from './stage.ts';

/** The server that `build` makes, with controllers that start when it is ready, and end before it does. */
export function withControllers(config: ServerConfig, controllers: readonly string[], build: (config: ServerConfig) => APIServer): APIServer {
  const { tracer, log, loopback, rootCA, defaultServiceAccounts } = config;
  if (controllers.length === 0) return build(config);
  if (!loopback) throw new TypeError('controllers need a way to reach the server');
  const tokens = controllerUsers(controllers).map((user) => ({ token: crypto.randomUUID(), user }));
  const server = build({ ...config, tokens: [...config.tokens, ...tokens], defaultServiceAccounts: defaultServiceAccounts && !controllers.includes('serviceaccount-controller') });
  const transport = loopback(server.handler);
  const manager = newControllerManager({
    controllers,
    clock: realClock,
    tracer,
    log,
    rootCA,
    transport: ({ name }) => withBearerToken(transport, tokens.find(({ user }) => user.name === name)?.token ?? ''),
  });
  const stopped = new AbortController();
  const ended = server.ready.then(() => manager.run(stopped.signal)).catch((err: unknown) => log.error(err, 'the controllers ended'));
  return {
    ...server,
    // one that is told to end before they are there has ended
    ready: server.ready.then(() => Promise.race([manager.ready, ended])),
    async close(http) {
      stopped.abort();
      await ended;
      await server.close(http);
    },
  };
}
