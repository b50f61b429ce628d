/** `http.IncomingMessage`: a request whose body is already here. */
import { Readable } from 'node:stream';
import type { Connection } from './connection.ts';

export interface RequestHead {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array;
}

export class IncomingMessage extends Readable {
  readonly httpVersion = '1.1';
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor = 1;
  readonly method: string;
  url: string;
  readonly headers: Record<string, string> = {};
  readonly rawHeaders: string[] = [];
  readonly trailers = {};
  readonly socket: Connection;
  readonly connection: Connection;
  complete = false;
  aborted = false;

  constructor({ method, url, headers, body }: RequestHead, socket: Connection) {
    super();
    this.method = method;
    this.url = url;
    this.socket = socket;
    this.connection = socket;
    for (const [name, value] of Object.entries(headers)) {
      this.headers[name.toLowerCase()] = value;
      this.rawHeaders.push(name, value);
    }
    if (body) this.push(body);
    this.push(null);
    this.complete = true;
    socket.once('close', () => this.#hangUp());
  }

  override _read(): void {
    // The whole body was pushed when the request was made.
  }

  setTimeout(): this {
    return this;
  }

  /** The client went away. Node says so with an error only where someone listens for it. */
  #hangUp(): void {
    if (this.destroyed) return;
    this.aborted = true;
    this.emit('aborted');
    const err = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    this.destroy(this.listenerCount('error') > 0 ? err : undefined);
  }
}
