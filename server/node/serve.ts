/**
 * HTTPS in front of a handler.
 *
 * Upstream: k8s.io/apiserver/pkg/server/secure_serving.go. Leaves out HTTP/2, and telling clients whose certificates are
 * known: Node, once it has believed a certificate by itself, forgets what came with it.
 */
import { createServer } from 'node:https';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { AuthenticationRequest, PeerCertificates } from '../authentication/interfaces.ts';
import { StatusError, newGenericServerResponse } from '../http/status.ts';
import { UsageError } from './usage-error.ts';

export interface ServeOptions {
  /** 0 takes a free one. */
  port: number;
  address: string;
  cert: string;
  key: string;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** Go's limit (http.DefaultMaxHeaderBytes). */
const MAX_HEADER_BYTES = 1 << 20;

export interface Serving {
  port: number;
  /** Until then requests wait: what answers them may have to know the port. */
  serve(handler: Handler): void;
  /** Takes no new connections, and ends those that are left after a while. */
  close(): Promise<void>;
}

/** Throws a UsageError where the port cannot be had. */
export async function listenTLS({ port, address, cert, key }: ServeOptions): Promise<Serving> {
  const { promise: served, resolve: serve } = Promise.withResolvers<Handler>();
  // whose certificate it is, and whether it is good, is for authenticators to say: there are other ways to be known
  const clients = { ca: [], requestCert: true, rejectUnauthorized: false };
  const peers = new WeakMap<object, PeerCertificates>();
  const server = createServer({ cert, key, ...clients, minVersion: 'TLSv1.2', maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0 }, (req, res) => {
    const peerCertificates = peers.get(req.socket);
    if (peerCertificates) Object.assign(req, { peerCertificates } satisfies Partial<AuthenticationRequest>);
    void served.then((handler) => handler(req, res));
  });
  server.on('secureConnection', (socket) => {
    const peer = peerCertificatesOf(socket);
    if (peer.length > 0) peers.set(socket, peer);
  });
  server.on('clientError', answerClientError);
  // a method like any other that no route has; Node would close the connection
  server.on('connect', (_req, socket: Duplex) => refuse(socket, newGenericServerResponse(405, '')));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (err) => reject(listenError(err, address, port)));
    server.listen(port, address, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    serve,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        setTimeout(() => server.closeAllConnections(), 100).unref();
      }),
  };
}

/** What the client sent, itself first; a session that is resumed remembers no more than that one. */
function peerCertificatesOf(socket: TLSSocket): PeerCertificates {
  const chain: Uint8Array<ArrayBuffer>[] = [];
  for (let cert = socket.getPeerX509Certificate(); cert; cert = cert.issuerCertificate) chain.push(new Uint8Array(cert.raw));
  return chain;
}

interface ParseError extends NodeJS.ErrnoException {
  rawPacket?: Uint8Array;
}

/** Why a port cannot be had, in one line. */
export function listenError(err: unknown, address: string, port: number): UsageError {
  const inUse = err instanceof Error && 'code' in err && err.code === 'EADDRINUSE';
  const why = inUse ? 'the port is in use' : err instanceof Error ? err.message : String(err);
  return new UsageError(`cannot listen on ${address}:${port}: ${why}`);
}

/** What cannot be parsed has no request and no response; its answer is written by hand. */
function answerClientError(err: ParseError, socket: Duplex): void {
  if (!socket.writable || err.code === 'ECONNRESET') return void socket.destroy();
  refuse(socket, refusal(err));
}

function refuse(socket: Duplex, { status }: StatusError): void {
  const body = JSON.stringify(status);
  socket.end(`HTTP/1.1 ${status.code} ${STATUS_CODES[status.code ?? 400]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
}

/**
 * The parser knows only the methods that are registered; Go takes any token, and a route that does not have it refuses
 * it. Who asks cannot be found out here.
 */
function refusal({ code, rawPacket }: ParseError): StatusError {
  if (code === 'HPE_HEADER_OVERFLOW') return new StatusError(431, 'RequestHeaderFieldsTooLarge', 'request header fields too large');
  const isRequest = code === 'HPE_INVALID_METHOD' && /^[!#$%&'*+.^_`|~\w-]+ \/\S* HTTP\/1\.[01]\r\n/.test(new TextDecoder().decode(rawPacket));
  return isRequest ? newGenericServerResponse(405, '') : new StatusError(400, 'BadRequest', 'malformed HTTP request');
}
