/**
 * What cannot be parsed as HTTP/1.1 has no request and no response; its answer is written by hand, once the requests
 * before it have theirs.
 *
 * Upstream: the answers of net/http's server to what it cannot read (conn.serve of server.go). Node's parser tells less of
 * what is wrong, and does not know every method: Go takes any token.
 */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { newGenericServerResponse } from '../http/status.ts';

interface ParseError extends NodeJS.ErrnoException {
  reason?: string;
  rawPacket?: Uint8Array;
  bytesParsed?: number;
}

const RST_AVOIDANCE_DELAY = 500;
/** Milliseconds, and bytes, for the rest of a line, or of what nobody reads. */
const LINE_TIMEOUT = 32_000;
const LONGEST_LINE = 1 << 20;

const BAD_REQUEST = '400 Bad Request';

/** `pending` are the answers to what came before on the same connection. */
export async function answerClientError(err: ParseError, socket: Duplex, pending: readonly ServerResponse[]): Promise<void> {
  const { code } = err;
  if (!socket.writable || code === 'ECONNRESET' || code === 'ERR_HTTP_REQUEST_TIMEOUT') return void socket.destroy();
  await Promise.all(pending.map((res) => new Promise((resolve) => res.once('close', resolve))));
  if (socket.writableEnded || socket.destroyed) return;
  // to the parser PRI is the beginning of HTTP/2, and nothing else
  if (code !== 'HPE_INVALID_METHOD' && err.reason !== 'Expected HTTP/2 Connection Preface') return end(socket, code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : BAD_REQUEST);
  const rest = unreadOf(err);
  const line = rest.includes('\n') ? rest : await restOfLine(socket, rest);
  if (/^[!#$%&'*+.^_`|~\w-]+ \/\S* HTTP\/1\.[01]\r\n/.test(line)) refuseMethod(socket);
  else end(socket, BAD_REQUEST);
}

function restOfLine(socket: Duplex, begun: string): Promise<string> {
  const late = setTimeout(() => socket.destroy(), LINE_TIMEOUT);
  socket.once('close', () => clearTimeout(late));
  return new Promise((resolve) => {
    let line = begun;
    socket.on('data', (chunk: Uint8Array) => {
      line += new TextDecoder('latin1').decode(chunk);
      if (line.includes('\n') || line.length > LONGEST_LINE) resolve(line);
    });
  });
}

/** For what is parsed, and still no request. */
export function refuseRequest(socket: Duplex, why: string): void {
  end(socket, `${BAD_REQUEST}: ${why}`);
}

function end(socket: Duplex, status: string): void {
  endWith(socket, `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`);
}

/** A route that does not have the method refuses it. Who asks cannot be found out here. */
function refuseMethod(socket: Duplex): void {
  const body = JSON.stringify(newGenericServerResponse(405, '').status);
  endWith(socket, `HTTP/1.1 405 Method Not Allowed\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
}

function endWith(socket: Duplex, answer: string): void {
  socket.end(answer);
  // to close on a client that still sends would take the answer from it
  const quiet = setTimeout(() => socket.destroy(), RST_AVOIDANCE_DELAY);
  const late = setTimeout(() => socket.destroy(), LINE_TIMEOUT);
  socket.on('data', () => quiet.refresh());
  socket.once('close', () => [quiet, late].forEach(clearTimeout));
}

/** From the word on in which the parser stopped, or the line. */
function unreadOf({ rawPacket, bytesParsed = 0 }: ParseError): string {
  const text = new TextDecoder('latin1').decode(rawPacket);
  const begun = /(PRI .*\r\n|[!#$%&'*+.^_`|~\w-]*)$/.exec(text.slice(0, bytesParsed));
  return text.slice(begun?.index ?? bytesParsed);
}
