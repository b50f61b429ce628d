/**
 * Transports on Node: over the network, and to a handler in this process, which sees requests as any other server would.
 *
 * Upstream: net/http.Transport, and k8s.io/apiserver/pkg/server/options/serving_with_loopback.go.
 */
import { Agent, createServer, request } from 'node:http';
import type { ClientRequestArgs, IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import { duplexPair, Readable } from 'node:stream';
import type { Transport } from '../client/transport.ts';

/** Over TLS, with what `https.request` takes: host, port, ca, cert, key. */
export function newHTTPSTransport(options: RequestOptions): Transport {
  return transportOver(httpsRequest, options);
}

/** Without a socket: the bytes go through memory. */
export function newLoopbackTransport(handler: (req: IncomingMessage, res: ServerResponse) => void): Transport {
  const server = createServer(handler);
  class LoopbackAgent extends Agent {
    override createConnection() {
      const [client, connection] = duplexPair();
      server.emit('connection', Object.assign(connection, { remoteAddress: '::1' }));
      return client;
    }
  }
  return transportOver(request, { agent: new LoopbackAgent(), host: 'loopback' });
}

function transportOver(send: (options: ClientRequestArgs, answer: (res: IncomingMessage) => void) => ReturnType<typeof request>, options: ClientRequestArgs): Transport {
  return ({ method, path, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const req = send({ ...options, method, path, headers: { ...headers, ...length }, ...(signal && { signal }) }, (res) => {
        const lines = Object.entries(res.headers).map(([name, value]): [string, string] => [name, String(value)]);
        resolve({ status: res.statusCode ?? 0, headers: lines, body: Readable.toWeb(res) as ReadableStream<Uint8Array> });
      });
      req.on('error', reject);
      req.end(body);
    });
}
