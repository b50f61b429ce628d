/**
 * HTTPS in front of a handler: HTTP/2 for clients that know it, HTTP/1.1 for the others, on one port.
 *
 * Upstream: k8s.io/apiserver/pkg/server/secure_serving.go. Leaves out telling a client that speaks plain HTTP.
 */
import type { TLSSocket } from 'node:tls';
import type { HTTPServer } from '../http/api-server.ts';
import { divert, newHTTP1Server } from './http1-server.ts';
import { newHTTP2Server } from './http2-server.ts';
import type { Handler } from './peer-certificates.ts';
import type { SecureServing } from './secure-serving.ts';
import type { KeyPair } from './serving-certificates.ts';
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
  /** Connections that come from now on see another certificate. */
  setCertificate(certificate: KeyPair): void;
}

const KEEP_ALIVE_PERIOD = 180_000;

/** Throws a UsageError where the port cannot be had. */
export async function listenTLS({ port, address, certificate, sni, tls, http2, reusePort }: ServeOptions): Promise<Serving> {
  const { promise: served, resolve: serve } = Promise.withResolvers<Handler>();
  let handler: Handler = (req, res) => void served.then((handle) => handle(req, res));
  const handle: Handler = (req, res) => handler(req, res);
  // whose certificate it is, and whether it is good, is for authenticators to say: there are other ways to be known
  const clients = { ca: [], requestCert: true, rejectUnauthorized: false };
  const http1Server = newHTTP1Server({ ...tls, ...certificate, ...clients, ALPNProtocols: [...(http2 ? ['h2'] : []), 'http/1.1'] }, handle);
  const { server } = http1Server;
  const http2Server = http2 && newHTTP2Server(handle, http2);
  if (http2Server) divert(server, ({ alpnProtocol }) => alpnProtocol === 'h2', http2Server.accept);
  for (const { name, ...pair } of sni) server.addContext(name, { ...tls, ...clients, ...pair });

  const sockets = new Set<TLSSocket>();
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
    setCertificate: (pair) => server.setSecureContext({ ...tls, ...clients, ...pair }),
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

/** Why a port cannot be had, in one line. */
export function listenError(err: unknown, address: string, port: number): UsageError {
  const inUse = err instanceof Error && 'code' in err && err.code === 'EADDRINUSE';
  const why = inUse ? 'the port is in use' : err instanceof Error ? err.message : String(err);
  return new UsageError(`cannot listen on ${address}:${port}: ${why}`);
}
