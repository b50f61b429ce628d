/**
 * Express for HTTP/2: it gives each request and response its own prototypes, which stand on HTTP/1's. Those here stand on
 * what an HTTP/2 server made, and the routes are the first app's.
 *
 * Upstream: net/http, where a handler does not know by which protocol it is called.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { Express, Response } from 'express';

/** What is used of HTTP/2's own response. */
interface HTTP2Stream {
  readonly closed: boolean;
  readonly destroyed: boolean;
  readonly session?: { close(): void } | undefined;
  close(code: number): void;
}

const INTERNAL_ERROR = 2;

/** `req` and `res` are the first of their kind: the others will have the same prototypes. */
export function newHTTP2App(app: Express, req: IncomingMessage, res: ServerResponse): Express {
  const http2 = express();
  const settings: unknown = app.settings;
  Object.defineProperties(http2, {
    router: { value: app.router },
    settings: { value: settings },
    request: { value: newPrototype(req, express.request, { app: { value: http2 } }) },
    response: { value: newPrototype(res, express.response, { app: { value: http2 }, ...ending, end: { value: endingWithLength(res), writable: true } }) },
  });
  return http2;
}

/** What Express adds to a request or a response, over what `made` is made from. */
function newPrototype(made: object, extension: object, more: PropertyDescriptorMap): object {
  return Object.create(Reflect.getPrototypeOf(made), { ...Object.getOwnPropertyDescriptors(extension), ...more }) as object;
}

/** An answer that is broken off must not look like one that has come to its end. */
const ending: PropertyDescriptorMap = {
  destroyed: {
    get(this: Response) {
      const stream = http2StreamOf(this);
      return stream === undefined || stream.destroyed || stream.closed;
    },
  },
  destroy: {
    writable: true,
    value(this: Response) {
      http2StreamOf(this)?.close(INTERNAL_ERROR);
      return this;
    },
  },
};

/** An answer that is given at once says its length, as over HTTP/1. */
function endingWithLength({ end }: ServerResponse) {
  return function endWithLength(this: Response, ...args: Parameters<typeof end>): ServerResponse {
    const chunk: unknown = args[0];
    const mayHaveBody = this.statusCode >= 200 && this.statusCode !== 204 && this.statusCode !== 304;
    if (mayHaveBody && !this.headersSent && !this.hasHeader('Content-Length')) this.setHeader('Content-Length', lengthOf(chunk));
    return end.apply(this, args);
  };
}

function lengthOf(chunk: unknown): number {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk).length;
  return chunk instanceof Uint8Array ? chunk.length : 0;
}

/** Undefined where the response is not HTTP/2's. */
export function http2StreamOf(res: object): HTTP2Stream | undefined {
  return 'stream' in res ? (res.stream as HTTP2Stream) : undefined;
}
