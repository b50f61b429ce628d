/**
 * Connections to the members of an etcd cluster: calls go to those that are connected, each to the next one, and wait for
 * one while none is.
 *
 * Upstream: the balancer and the retry interceptor of go.etcd.io/etcd/client/v3 (client.go, retry_interceptor.go). Leaves
 * out errors at once while no member can be reached: a call waits as long as there a read is repeated, which is often
 * enough for a restart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';
import type { Client, ClientDuplexStream } from '@grpc/grpc-js';
import { EtcdUnavailableError } from '../../storage/etcd/client.ts';
import { becomesReady, callOnce, isConnected, newClient } from './member.ts';
import type { Method } from './protocol.ts';

export interface EtcdConnectionOptions {
  /** `http://HOST:PORT` or `https://HOST:PORT`, one for each member. */
  endpoints: string[];
  /** PEM: who may have signed etcd's certificate, and the certificate and key to show to etcd. */
  ca?: Uint8Array | string;
  cert?: Uint8Array | string;
  key?: Uint8Array | string;
  /** Milliseconds that a call waits for a connection. */
  reconnectTimeout?: number;
}

export interface EtcdConnection {
  /** Resolves once a member is connected; rejects after so many milliseconds. */
  ready(timeout: number): Promise<unknown>;
  /** What keeps the first member from answering, in one line. */
  probe(method: Method<unknown>): Promise<string>;
  /** `repeatable` calls are made again when the connection is lost on the way. */
  call<R>(method: Method<R>, request: object, options: { signal?: AbortSignal; repeatable?: boolean }): Promise<R>;
  /** Waits for a connection until its signal is aborted. */
  stream<R>(method: Method<R>, signal: AbortSignal): Promise<ClientDuplexStream<object, R>>;
  close(): void;
}

/** How often a call that may be repeated is made, and how long it waits in between. */
const maxTries = 100;
const retryDelay = 25;
const probeTimeout = 200;

export function newEtcdConnection(options: EtcdConnectionOptions): EtcdConnection {
  if (options.endpoints.length === 0) throw new Error('no etcd endpoint is given');
  const { reconnectTimeout = 2_500 } = options;
  const clients = options.endpoints.map((endpoint) => newClient(endpoint, options));
  let turn = 0;

  /** The next connected member. */
  function nextReady(): Client | undefined {
    const connected = clients.filter(isConnected);
    return connected[turn++ % connected.length];
  }

  /** Without a time limit it is given up by its signal alone. */
  async function untilReady(signal: AbortSignal | undefined, timeout = Infinity): Promise<Client> {
    return nextReady() ?? (await abortable(Promise.any(clients.map((client) => becomesReady(client, timeout))), signal));
  }

  /** Where none gets connected, one that will say why. */
  async function clientForCall(signal: AbortSignal | undefined): Promise<Client> {
    try {
      return await untilReady(signal, reconnectTimeout);
    } catch {
      signal?.throwIfAborted();
      return clients[turn++ % clients.length]!;
    }
  }

  return {
    ready: (timeout) => untilReady(undefined, timeout),
    async probe(method) {
      try {
        await callOnce(clients[0]!, method, {}, AbortSignal.timeout(probeTimeout));
        return 'it answers late';
      } catch (err) {
        return err instanceof EtcdUnavailableError ? err.message : 'no answer';
      }
    },
    async call(method, request, { signal, repeatable = false }) {
      for (let tries = 1; ; tries++) {
        signal?.throwIfAborted();
        const client = await clientForCall(signal);
        const wasConnected = isConnected(client);
        try {
          return await callOnce(client, method, request, signal);
        } catch (err) {
          if (!wasConnected || !(err instanceof EtcdUnavailableError)) throw err;
          if (!repeatable || tries === maxTries) throw new EtcdUnavailableError(err.message, { cause: err, mayBeDone: true });
        }
        await sleep(retryDelay);
      }
    },
    async stream(method, signal) {
      const client = await untilReady(signal);
      signal.throwIfAborted();
      const metadata = new Metadata();
      // A member that lost its leader ends the stream instead of leaving it silent.
      metadata.set('hasleader', 'true');
      return client.makeBidiStreamRequest(method.path, method.serialize, method.deserialize, metadata);
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
