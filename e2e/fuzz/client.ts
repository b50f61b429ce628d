/** A connection that is kept alive, and writes bytes as they are: no client library mends what is wrong with a request. */
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { FuzzRequest } from './request.ts';

export interface Answer {
  status: number;
  /** By lower-case name; of several the last. */
  headers: Record<string, string>;
  /** Of a stream, what came of it. */
  body: Buffer;
  /** It was a stream, which went on when we went away. */
  streaming: boolean;
}

export interface Server {
  port: number;
  ca: string;
  /** Of requests that bring no other; empty for those that shall be anonymous. */
  token: string;
}

/** How long a stream is listened to. */
const streamFor = 15;
/** Less than the server gives itself; more than it takes on a machine that is busy with other tests. */
const answerWithin = 45_000;

export class Connection {
  readonly #server: Server;
  #socket: TLSSocket | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** Throws when no answer comes. */
  async send(request: FuzzRequest): Promise<Answer> {
    const bytes = toBytes(request, this.#server.token);
    const kept = this.#socket;
    try {
      return await this.#exchange(bytes, request.method);
    } catch (err) {
      this.close();
      // a connection that was kept may have been closed meanwhile
      if (kept && err instanceof ClosedEarly) return await this.#exchange(bytes, request.method);
      throw err;
    }
  }

  async #connected(): Promise<TLSSocket> {
    if (this.#socket && !this.#socket.destroyed && this.#socket.writable) return this.#socket;
    const { port, ca } = this.#server;
    const socket = connect({ host: '127.0.0.1', port, ca });
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    socket.removeAllListeners('error');
    // what goes wrong between two requests is seen at the next
    socket.on('error', () => undefined);
    this.#socket = socket;
    return socket;
  }

  async #exchange(bytes: Buffer, method: string): Promise<Answer> {
    const socket = await this.#connected();
    let received: Buffer = Buffer.alloc(0);
    return await new Promise<Answer>((resolve, reject) => {
      let streamTimer: NodeJS.Timeout | undefined;
      const timer = setTimeout(() => done(() => reject(new Error(`no answer within ${answerWithin / 1000} s; received: ${received.toString('latin1').slice(0, 200)}`))), answerWithin);
      const done = (settle: () => void) => {
        clearTimeout(timer);
        clearTimeout(streamTimer);
        socket.off('data', onData).off('close', onClose);
        settle();
      };
      const onClose = () => done(() => {
        const answer = parseAnswer(received, method, true);
        this.close();
        if (answer) resolve(answer);
        else reject(received.length === 0 ? new ClosedEarly('closed without an answer') : new Error(`closed within an answer: ${received.toString('latin1').slice(0, 200)}`));
      });
      const onData = (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const answer = parseAnswer(received, method, false);
        if (answer && !answer.streaming) {
          if (answer.headers.connection === 'close') this.close();
          return done(() => resolve(answer));
        }
        if (answer) streamTimer ??= setTimeout(() => done(() => {
          this.close();
          resolve(parseAnswer(received, method, false) ?? answer);
        }), streamFor);
      };
      socket.on('data', onData).on('close', onClose);
      socket.write(bytes);
    });
  }
}

class ClosedEarly extends Error {}

/** The request as it goes over the wire; what a header's value cannot hold is left out of it, or it would be two. */
function toBytes({ method, target, headers, body }: FuzzRequest, token: string): Buffer {
  const has = (name: string) => headers.some(([known]) => known.toLowerCase() === name);
  const lines = [`${method} ${encodeTarget(target)} HTTP/1.1`, 'Host: 127.0.0.1'];
  if (token !== '' && !has('authorization')) lines.push(`Authorization: Bearer ${token}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body.length > 0 || method === 'POST' || method === 'PUT' || method === 'PATCH') lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** A space or a line's end would end the target. */
const encodeTarget = (target: string) => Buffer.from(target, 'utf8').toString('latin1').replace(/[\s\0]/g, (c) => encodeURIComponent(c));

/** Undefined until the head is there and, where it is not a stream, the body. */
function parseAnswer(received: Buffer, method: string, closed: boolean): Answer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  if (status >= 100 && status < 200 && status !== 101) return parseAnswer(received.subarray(end + 4), method, closed);
  const headers: Record<string, string> = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const rest = received.subarray(end + 4);
  const answer = (body: Buffer, streaming = false): Answer => ({ status, headers, body, streaming });
  if (method === 'HEAD' || status === 204 || status === 304) return answer(Buffer.alloc(0));
  if (headers['transfer-encoding'] === 'chunked') {
    const { body, complete } = unchunk(rest);
    return answer(body, !complete);
  }
  if (headers['content-length'] === undefined) return closed ? answer(rest) : undefined;
  const length = Number(headers['content-length']);
  return rest.length >= length ? answer(rest.subarray(0, length)) : undefined;
}

function unchunk(bytes: Buffer): { body: Buffer; complete: boolean } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { body: Buffer.concat(chunks), complete: false };
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (size === 0) return { body: Buffer.concat(chunks), complete: true };
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return { body: Buffer.concat(chunks), complete: false };
    chunks.push(bytes.subarray(lineEnd + 2, at - 2));
  }
}
