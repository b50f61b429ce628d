/**
 * HTTP/2 on connections that are secured already.
 *
 * Upstream: golang.org/x/net/http2.Server as k8s.io/apiserver/pkg/server/secure_serving.go sets it up. Leaves out
 * answering 431 to headers that are too long: Node resets their stream before it tells of it, and ends the connection
 * where a single one has more than 64 KB.
 */
import { constants, createServer } from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse, Http2Session, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { PeerCertificates } from '../authentication/interfaces.ts';
import type { Handler } from './peer-certificates.ts';
import { peerCertificatesOf, setPeerCertificates } from './peer-certificates.ts';

interface HTTP2Options {
  /** Requests that one connection may have open. */
  maxStreams: number;
}

/** Most requests and objects are smaller: they come in one frame. */
const RESOURCE_BODY_99_PERCENTILE = 256 * 1024;
/** Go's limit (http.DefaultMaxHeaderBytes), with what ten names take besides. */
const MAX_HEADER_BYTES = (1 << 20) + 10 * 32;
const IDLE_TIMEOUT = 90_000;
const ANSWER_POLL = 10;

interface HTTP2Server {
  accept(socket: Socket): void;
  /** Each connection goes when what is open on it has ended. */
  shutdown(): void;
}

export function newHTTP2Server(handle: Handler, { maxStreams }: HTTP2Options): HTTP2Server {
  const sessions = new Map<Http2Session, PeerCertificates | undefined>();
  let closing = false;
  const server = createServer({
    settings: { maxConcurrentStreams: maxStreams, initialWindowSize: RESOURCE_BODY_99_PERCENTILE, maxFrameSize: RESOURCE_BODY_99_PERCENTILE, maxHeaderListSize: MAX_HEADER_BYTES },
    // their bytes are counted
    maxHeaderListPairs: MAX_HEADER_BYTES / 32,
    // megabytes of answers that wait to be read
    maxSessionMemory: 256,
  });
  server.on('session', (session) => {
    const peer = session.socket instanceof TLSSocket ? peerCertificatesOf(session.socket) : [];
    sessions.set(session, peer.length > 0 ? peer : undefined);
    session.setLocalWindowSize(RESOURCE_BODY_99_PERCENTILE * maxStreams);
    session.once('close', () => sessions.delete(session));
    closeWhenIdle(session);
    if (closing) session.close();
  });
  const serve = (req: Http2ServerRequest, res: Http2ServerResponse) => {
    const { stream } = req;
    if (stream.session) setPeerCertificates(req, sessions.get(stream.session));
    if (!stream.endAfterHeaders) stream.once('finish', () => stopBody(stream));
    // the handler asks only for what both kinds have
    handle(req as unknown as IncomingMessage, res as unknown as ServerResponse);
  };
  server.on('request', serve);
  // a method like any other; its address is no path
  server.on('connect', (req: Http2ServerRequest, res: Http2ServerResponse) => {
    req.url = '*';
    serve(req, res);
  });
  return {
    accept: (socket) => void server.emit('connection', socket),
    shutdown() {
      closing = true;
      for (const session of sessions.keys()) session.close();
    },
  };
}

/** What is left of a body that nobody reads need not be sent; the client is told when it has the whole answer. */
function stopBody(stream: ServerHttp2Stream): void {
  const { localClose, remoteClose } = stream.state;
  if (stream.closed || stream.destroyed || remoteClose === 1) return;
  if (localClose === 1) stream.close(constants.NGHTTP2_NO_ERROR);
  else setTimeout(() => stopBody(stream), ANSWER_POLL);
}

/** A session's own timeout counts the time without a frame, of which a watch may have much. */
function closeWhenIdle(session: ServerHttp2Session): void {
  let open = 0;
  session.on('stream', (stream) => {
    open++;
    stream.once('close', () => open--);
  });
  session.setTimeout(IDLE_TIMEOUT, () => {
    if (open === 0) session.close();
  });
}
