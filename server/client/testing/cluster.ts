/** For tests: a server in this process, with the real store, filters and admission, and clients of it. */
import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { onTestFinished } from 'vitest';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { newLoopbackTransport } from '../../node/controllers-transport.ts';
import type { Logger } from '../../observe/logger.ts';
import { apiserver } from '../../stages/apiserver.ts';
import { defaultServerConfig } from '../../stages/default-config.ts';
import type { EtcdClient } from '../../storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../../storage/etcd/embedded/embedded.ts';
import { realClock } from '../clock.ts';
import type { WithDelayedExecution } from '../clock.ts';
import { CONTROLLER_NAMES, controllerUsers, newControllerManager } from '../controllers/manager.ts';
import { newRESTClient } from '../rest-client.ts';
import type { RESTClient } from '../rest-client.ts';
import type { Transport } from '../transport.ts';
import { eventually } from './eventually.ts';
import { newFakeClock } from './fake-clock.ts';
import { withBearerToken } from '../transport.ts';

export interface Cluster {
  /** As an administrator. */
  client: RESTClient;
  transport: Transport;
  etcd: EtcdClient;
  /** Starts controllers besides those that run. */
  start(controllers: readonly string[]): void;
  /** What was logged as an error. */
  errors: string[];
  /** Another server, on the same store. */
  restart(): Promise<void>;
}

export interface ClusterOptions {
  clock?: WithDelayedExecution;
  controllers?: readonly string[];
}

/** With controllers whose time goes on as long as somebody waits for them. */
export async function newControlledCluster(controllers: readonly string[]) {
  const clock = newFakeClock(Date.UTC(2030, 0, 1));
  const cluster = await newCluster({ clock, controllers });
  return { ...cluster, clock, eventually: <T>(look: () => T | Promise<T>) => eventually(look, () => clock.step(50)) };
}

export async function newCluster({ clock = realClock, controllers = [] }: ClusterOptions = {}): Promise<Cluster> {
  const errors: string[] = [];
  const log: Logger = { info: () => undefined, error: (err, message) => void errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`) };
  const etcd = newEmbeddedEtcd({ clock });
  const users: UserInfo[] = [{ name: 'admin', groups: ['system:masters'] }, ...controllerUsers(CONTROLLER_NAMES)];
  const tokens = users.map((user) => ({ token: randomUUID(), user }));
  const build = () => apiserver.build(defaultServerConfig({ etcd, clock, log, tokens, defaultServiceAccounts: !controllers.includes('serviceaccount-controller') }));
  let server = build();
  await server.ready;
  const loopback = newLoopbackTransport((req, res) => server.handler(req, res));
  const as = (name: string) => withBearerToken(loopback, tokens.find(({ user }) => user.name === name)?.token ?? '');
  const stopped = new AbortController();
  const running: Promise<void>[] = [];
  const start = (some: readonly string[]) => void running.push(newControllerManager({ controllers: some, clock, tracer: trace.getTracer('test'), log, rootCA: 'the certificate', transport: ({ name }) => as(name) }).run(stopped.signal));
  start(controllers);
  onTestFinished(async () => {
    stopped.abort();
    await Promise.all(running);
    await server.close();
    etcd.close();
  });
  return {
    client: newRESTClient({ transport: as('admin'), userAgent: 'test', clock }),
    transport: as('admin'),
    etcd,
    errors,
    start,
    async restart() {
      const before = server;
      server = build();
      await before.close();
      await server.ready;
    },
  };
}
