/**
 * HTTPS with HTTP/1.1.
 *
 * Upstream: http.Server as k8s.io/apiserver/pkg/server/secure_serving.go sets it up, and its Shutdown.
 */
import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { Server, ServerOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { Server as TLSServer } from 'node:tls';
import type { PeerCertificates } from '../authentication/interfaces.ts';
import { isWebSocketRequest } from '../http/websocket.ts';
import { answerClientError, refuseRequest } from './client-error.ts';
import type { Handler } from './peer-certificates.ts';
import { peerCertificatesOf, setPeerCertificates } from './peer-certificates.ts';

/** Go's limit (http.DefaultMaxHeaderBytes). */
const MAX_HEADER_BYTES = 1 << 20;

const TIMEOUTS = { requestTimeout: 0, headersTimeout: 32_000, keepAliveTimeout: 90_000 };

/** Milliseconds for clients to see that their connections are to be closed, before those are that nobody uses. */
const LAST_REQUESTS = 100;
const POLL_INTERVAL = 50;

/** Only watches are to be had so; any other request that asks for it is answered as if it had not. */
const asksForWebSocket = ({ method, url = '', headers }: IncomingMessage) => method === 'GET' && /\bwatch\b/.test(url) && isWebSocketRequest(headers);

interface HTTP1Server {
  server: Server;
  /** Takes no new connections. Each answer from now on is its connection's last; `done` is called when all have ended. */
  shutdown(done: () => void): void;
}

export function newHTTP1Server(options: ServerOptions, handle: Handler): HTTP1Server {
  const peers = new WeakMap<object, PeerCertificates>();
  const answering = new Set<ServerResponse>();
  let closing = false;
  const serve: Handler = (req, res) => {
    if (req.headers.host === undefined && req.httpVersionMinor > 0) return refuseRequest(req.socket, 'missing required Host header');
    setPeerCertificates(req, peers.get(req.socket));
    if (closing) res.setHeader('Connection', 'close');
    // Go does not say that a connection stays
    else if (res.shouldKeepAlive) res.removeHeader('Connection');
    answering.add(res);
    res.once('close', () => answering.delete(res));
    handle(req, res);
  };
  const server = createServer({ ...options, maxHeaderSize: MAX_HEADER_BYTES, ...TIMEOUTS, requireHostHeader: false, shouldUpgradeCallback: asksForWebSocket }, serve);
  // their bytes are counted
  server.maxHeadersCount = 0;
  server.on('secureConnection', (socket) => {
    const peer = peerCertificatesOf(socket);
    if (peer.length > 0) peers.set(socket, peer);
  });
  server.on('clientError', (err, socket) => void answerClientError(err, socket, Array.from(answering).filter(({ req }) => req.socket === socket && req.complete)));
  server.on('checkExpectation', (_req, res) => void res.writeHead(417, { Connection: 'close', 'Content-Length': 0 }).end());
  const serveAlone = (req: IncomingMessage, socket: Duplex) => {
    if (!(socket instanceof Socket)) return void socket.destroy();
    const res = new ServerResponse(req);
    res.assignSocket(socket);
    res.shouldKeepAlive = false;
    res.once('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    serve(req, res);
  };
  // a method like any other, whose address is no path; Node would close the connection
  server.on('connect', (req, socket: Duplex) => {
    req.url = '*';
    serveAlone(req, socket);
  });
  // a request like any other, until something takes its connection
  server.on('upgrade', (req, socket: Duplex, head) => {
    if (head.length > 0) socket.unshift(head);
    serveAlone(req, socket);
  });
  return {
    server,
    shutdown(done) {
      closing = true;
      for (const res of answering) if (!res.headersSent) res.setHeader('Connection', 'close');
      let poll: NodeJS.Timeout | undefined;
      const late = setTimeout(() => (poll = setInterval(() => server.closeIdleConnections(), POLL_INTERVAL)), LAST_REQUESTS);
      // the server's own would close idle connections at once, on which a request may be under way
      TLSServer.prototype.close.call(server, () => {
        clearTimeout(late);
        clearInterval(poll);
        done();
      });
    },
  };
}

/** Takes those of an HTTPS server's connections that are not HTTP/1.1's. */
export function divert(server: Server, isOther: (socket: TLSSocket) => boolean, accept: (socket: TLSSocket) => void): void {
  const listeners = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    if (isOther(socket)) accept(socket);
    else for (const listener of listeners) listener.call(server, socket);
  });
}
