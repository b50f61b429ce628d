/**
 * `http.ServerResponse`: headers, then bytes, handed to a sink. A sink that has enough holds back `done`, so that
 * write() returns false and a handler that respects it stops, as it would in front of a slow socket.
 */
import { Buffer } from 'node:buffer';
import { Writable } from 'node:stream';
import type { Connection } from './connection.ts';
import { Headers } from './headers.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { STATUS_CODES } from './status-codes.ts';

export interface ResponseSink {
  head(status: number, headers: [string, string][]): void;
  /** Calls `done` when it takes more. */
  chunk(bytes: Uint8Array, done: () => void): void;
  end(): void;
  /** The server hung up in the middle of its answer. */
  abort(): void;
}

export class ServerResponse extends Writable {
  readonly req: IncomingMessage;
  readonly socket: Connection;
  readonly connection: Connection;
  statusCode = 200;
  statusMessage = '';
  sendDate = true;
  headersSent = false;
  readonly #headers = new Headers();
  readonly #sink: ResponseSink;

  constructor(req: IncomingMessage, sink: ResponseSink) {
    super({ highWaterMark: 16 * 1024 });
    this.req = req;
    this.socket = req.socket;
    this.connection = req.socket;
    this.#sink = sink;
    req.socket.once('close', () => this.destroy());
    // As in Node: what a handler left of the request's body is read and dropped.
    this.once('finish', () => req.resume());
  }

  get finished(): boolean {
    return this.writableEnded;
  }

  setHeader(name: string, value: number | string | readonly string[]): this {
    if (this.headersSent) throw headersSentError('set');
    this.#headers.set(name, value);
    return this;
  }

  appendHeader(name: string, value: string | readonly string[]): this {
    if (this.headersSent) throw headersSentError('append');
    this.#headers.append(name, value);
    return this;
  }

  removeHeader(name: string): void {
    if (this.headersSent) throw headersSentError('remove');
    this.#headers.remove(name);
  }

  getHeader(name: string): number | string | string[] | undefined {
    return this.#headers.get(name);
  }

  hasHeader(name: string): boolean {
    return this.#headers.get(name) !== undefined;
  }

  getHeaderNames(): string[] {
    return Object.keys(this.getHeaders());
  }

  getHeaders(): Record<string, number | string | string[]> {
    return this.#headers.all();
  }

  writeHead(status: number, ...rest: unknown[]): this {
    if (this.headersSent) throw headersSentError('write');
    this.statusCode = status;
    if (typeof rest[0] === 'string') this.statusMessage = rest[0];
    this.#headers.setAll(typeof rest[0] === 'string' ? rest[1] : rest[0]);
    this.flushHeaders();
    return this;
  }

  flushHeaders(): void {
    if (this.headersSent) return;
    this.statusMessage ||= STATUS_CODES[this.statusCode] ?? 'unknown';
    if (this.sendDate && !this.hasHeader('date')) this.setHeader('Date', new Date().toUTCString());
    this.headersSent = true;
    if (!this.destroyed) this.#sink.head(this.statusCode, this.#headers.lines());
  }

  setTimeout(): this {
    return this;
  }

  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    const finished = [chunk, encoding, callback].find(isCallback);
    const data = typeof chunk === 'function' || chunk === null || chunk === undefined ? undefined : bytes(chunk, encoding);
    if (!this.headersSent && !this.hasHeader('content-length') && this.#hasBody()) this.setHeader('Content-Length', data?.length ?? 0);
    this.flushHeaders();
    if (finished) this.once('finish', finished);
    return data ? super.end(data) : super.end();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.flushHeaders();
    if (this.#hasBody() && chunk.length > 0) this.#sink.chunk(chunk, done);
    else done();
  }

  override _final(done: () => void): void {
    this.#sink.end();
    done();
  }

  override _destroy(err: Error | null, done: (err?: Error | null) => void): void {
    if (!this.writableFinished) {
      this.#sink.abort();
      this.socket.destroy();
    }
    done(err);
  }

  #hasBody(): boolean {
    return this.req.method !== 'HEAD' && this.statusCode !== 204 && this.statusCode !== 304;
  }
}

const isCallback = (value: unknown): value is () => void => typeof value === 'function';

function bytes(data: unknown, encoding: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data !== 'string') throw new TypeError('The "chunk" argument must be of type string or an instance of Buffer or Uint8Array.');
  return Buffer.from(data, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}

function headersSentError(what: string): Error {
  return Object.assign(new Error(`Cannot ${what} headers after they are sent to the client`), { code: 'ERR_HTTP_HEADERS_SENT' });
}
