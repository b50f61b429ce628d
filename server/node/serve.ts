/**
 * HTTPS in front of a handler: HTTP/2 for clients that know it, HTTP/1.1 for the others, on one port.
 *
 * Upstream: k8s.io/apiserver/pkg/server/secure_serving.go. Leaves out telling clients whose certificates are believed:
 * Node would then keep those between from who looks for them.
 */
import { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls';
import type { HTTPServer } from '../http/api-server.ts';
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import { divert, newHTTP1Server } from './http1-server.ts';
import { newHTTP2Server } from './http2-server.ts';
import type { Handler } from './peer-certificates.ts';
import type { Certificates, SecureServing } from './secure-serving.ts';
import { forServerName } from './serving-certificates.ts';
import { UsageError } from './usage-error.ts';

export interface ServeOptions extends SecureServing {
  /** 0 takes a free one. */
  port: number;
  address: string;
}

export interface Serving extends HTTPServer {
  port: number;
  /** Until then requests wait: what answers them may have to know the port. */
  serve(handler: Handler): void;
  registerMetrics(registry: KubeRegistry): void;
  /** Holds for connections that come from now on. */
  setCertificates(changed: Partial<Certificates>): void;
}

const KEEP_ALIVE_PERIOD = 180_000;

/** Throws a UsageError where the port cannot be had. */
export async function listenTLS({ port, address, tls, http2, reusePort, ...certificates }: ServeOptions): Promise<Serving> {
  const { promise: served, resolve: serve } = Promise.withResolvers<Handler>();
  let handler: Handler = (req, res) => void served.then((handle) => handle(req, res));
  const handle: Handler = (req, res) => handler(req, res);
  let shown: Certificates = certificates;
  const options: SecureContextOptions = { ...tls, ca: [] };
  const contextsOf = () => new Map(Array.from(shown.sni, ([name, pair]) => [name, createSecureContext({ ...options, ...pair })]));
  let contexts = contextsOf();
  // whose certificate it is, and whether it is good, is for authenticators to say: there are other ways to be known
  const clients: TlsOptions = { requestCert: true, rejectUnauthorized: false, SNICallback: (name, use) => use(null, forServerName(contexts, name)) };
  const http1Server = newHTTP1Server({ ...options, ...shown.certificate, ...clients, ALPNProtocols: [...(http2 ? ['h2'] : []), 'http/1.1'] }, handle);
  const { server } = http1Server;
  const http2Server = http2 && newHTTP2Server(handle, http2);
  if (http2Server) divert(server, ({ alpnProtocol }) => alpnProtocol === 'h2', http2Server.accept);

  const sockets = new Set<TLSSocket>();
  let handshakeErrors = 0;
  server.on('tlsClientError', (err, socket) => {
    handshakeErrors++;
    tellPlainHTTP(err, socket);
  });
  server.on('secureConnection', (socket) => {
    socket.setKeepAlive(true, KEEP_ALIVE_PERIOD);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (err) => reject(listenError(err, address, port)));
    server.listen({ port, host: address, reusePort }, resolve);
  });
  const bound = server.address();
  let closed: Promise<void> | undefined;
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    serve(given) {
      handler = given;
      serve(given);
    },
    registerMetrics: (registry) => registry.valueFunc({ name: 'apiserver_tls_handshake_errors_total', help: 'Handshakes of TLS that failed.', stabilityLevel: 'ALPHA' }, 'counter', () => handshakeErrors),
    setCertificates(changed) {
      shown = { ...shown, ...changed };
      server.setSecureContext({ ...options, ...shown.certificate });
      contexts = contextsOf();
    },
    shutdown(timeout) {
      closed ??= new Promise((resolve) => {
        const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), timeout);
        http2Server?.shutdown();
        http1Server.shutdown(() => {
          clearTimeout(late);
          resolve();
        });
      });
      return closed;
    },
  };
}

/** Below the TLS that failed there is the connection, which Node has a name for that it tells nobody of. */
function tellPlainHTTP(err: NodeJS.ErrnoException, socket: TLSSocket): void {
  if (err.code !== 'ERR_SSL_HTTP_REQUEST' || !('_parent' in socket) || !(socket._parent instanceof Socket)) return;
  socket._parent.end('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
}

/** Why a port cannot be had, in one line. */
export function listenError(err: unknown, address: string, port: number): UsageError {
  const inUse = err instanceof Error && 'code' in err && err.code === 'EADDRINUSE';
  const why = inUse ? 'the port is in use' : err instanceof Error ? err.message : String(err);
  return new UsageError(`cannot listen on ${address}:${port}: ${why}`);
}
