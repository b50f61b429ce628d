/**
 * What cannot be parsed as HTTP/1.1 has no request and no response; its answer is written by hand.
 *
 * Upstream: the answers of net/http's server to what it cannot read, as a Status here.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { StatusError, newGenericServerResponse } from '../http/status.ts';

interface ParseError extends NodeJS.ErrnoException {
  rawPacket?: Uint8Array;
}

const RST_AVOIDANCE_DELAY = 500;

export function answerClientError(err: ParseError, socket: Duplex): void {
  if (socket.writableEnded) return;
  if (!socket.writable || err.code === 'ECONNRESET' || err.code === 'ERR_HTTP_REQUEST_TIMEOUT') return void socket.destroy();
  const { status } = refusal(err);
  const body = JSON.stringify(status);
  socket.end(`HTTP/1.1 ${status.code} ${STATUS_CODES[status.code ?? 400]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  // to close on a client that still sends would take the answer from it
  socket.resume();
  setTimeout(() => socket.destroy(), RST_AVOIDANCE_DELAY);
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
