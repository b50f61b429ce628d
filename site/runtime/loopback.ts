/** In the worker, how clients that run beside a stage reach it: as requests of the shim, without a message to the page. */
import type { IncomingMessage as NodeRequest, ServerResponse as NodeResponse } from 'node:http';
import type { HTTPResponse, Transport } from '../../server/client/transport.ts';
import type { APIServer } from '../../server/http/api-server.ts';
import { Connection } from './http-shim/connection.ts';
import { IncomingMessage } from './http-shim/incoming-message.ts';
import { ServerResponse } from './http-shim/server-response.ts';
import { CLOSED } from './stage-host.ts';

export function newLoopback(handler: APIServer['handler']): Transport {
  return ({ method, path, headers, body }, signal) => {
    const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
    const connection = new Connection();
    const { promise, resolve, reject } = Promise.withResolvers<HTTPResponse>();
    let answer: ReadableStreamDefaultController<Uint8Array>;
    let more: () => void = () => undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (answer = controller),
      pull: () => more(),
      cancel: () => hangUp(),
    });
    const hangUp = () => {
      signal?.removeEventListener('abort', abort);
      connection.destroy();
    };
    const fail = (why: unknown) => {
      reject(why);
      answer.error(why);
    };
    const abort = () => {
      fail(signal?.reason);
      hangUp();
    };
    const req = new IncomingMessage({ method, url: path, headers: { host: 'stage.page', ...headers, ...(bytes && { 'content-length': String(bytes.length) }) }, ...(bytes && { body: bytes }) }, connection);
    const res = new ServerResponse(req, {
      head: (status, lines) => resolve({ status, headers: lines, body: stream }),
      chunk(chunk, done) {
        // what is shared, and what is gone when the handler has it back, is no reader's to keep
        answer.enqueue(new Uint8Array(chunk));
        if ((answer.desiredSize ?? 0) > 0) done();
        else more = done;
      },
      end() {
        signal?.removeEventListener('abort', abort);
        answer.close();
      },
      abort: () => fail(new TypeError(CLOSED)),
    });
    if (signal?.aborted) abort();
    else {
      signal?.addEventListener('abort', abort);
      // in the worker `node:http` is the shim, so these are the classes that Express extends; only the types differ
      handler(req as unknown as NodeRequest, res as unknown as NodeResponse);
    }
    return promise;
  };
}
