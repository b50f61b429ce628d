/**
 * The server's side of a websocket on which only the server talks: the handshake, messages, and an end when the client
 * says so.
 *
 * Upstream: golang.org/x/net/websocket (server.go, hybi.go), IsWebSocketRequest and IgnoreReceives of
 * k8s.io/streaming/pkg/httpstream/wsstream. Leaves out fragments and extensions: nothing that a client sends is read
 * but pings and the end.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { base64 } from '../apimachinery/base64.ts';
import { concat } from '../apimachinery/concat.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODES = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const NORMAL = new Uint8Array([0x03, 0xe8]);
/** A client has nothing to say: more than this at once is none of its pings. */
const MAX_FRAME_BYTES = 1 << 16;

export interface WebSocketStream {
  /** Where it answers a promise, the client has to catch up first. */
  send(message: Uint8Array): Promise<void> | undefined;
  close(): void;
}

export function isWebSocketRequest({ connection = '', upgrade = '' }: IncomingHttpHeaders): boolean {
  return upgrade.toLowerCase() === 'websocket' && connection.toLowerCase().split(',').some((each) => each.trim() === 'upgrade');
}

/** Undefined where the handshake fails, which the client has then been told. */
export async function acceptWebSocket(req: IncomingMessage, res: ServerResponse, socket: Socket, { text, onEnd }: { text: boolean; onEnd(): void }): Promise<WebSocketStream | undefined> {
  const { headers } = req;
  const key = headers['sec-websocket-key'] ?? '';
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim()).filter(Boolean);
  const refuse = (status: string, why = '', more = '') => void socket.end(`HTTP/1.1 ${status}\r\n${more}\r\n${why}`);
  if (key === '') return refuse('400 Bad Request', 'mismatch challenge/response');
  if (headers['sec-websocket-version'] !== '13') return refuse('400 Bad Request', 'missing or bad WebSocket Version', 'Sec-WebSocket-Version: 13\r\n');
  // pages say where they come from, and only pages are expected
  if (!/^(?:[a-z][a-z\d+.-]*:|\/)/i.test(headers.origin ?? '')) return refuse('403 Forbidden');
  if (protocols.length > 1) return refuse('400 Bad Request');

  const accept = base64(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + GUID))));
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  res.sendDate = false;
  res.writeHead(101, { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept, ...(protocols[0] !== undefined && { 'Sec-WebSocket-Protocol': protocols[0] }) });
  res.flushHeaders();
  ignoreReceives(socket, onEnd);
  return {
    send: (message) => (socket.write(frame(text ? OPCODES.text : OPCODES.binary, message)) ? undefined : drained(socket)),
    close: () => void socket.end(frame(OPCODES.close, NORMAL)),
  };
}

function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = new DataView(new ArrayBuffer(length < 126 ? 2 : length < 1 << 16 ? 4 : 10));
  head.setUint8(0, 0x80 | opcode);
  head.setUint8(1, length < 126 ? length : length < 1 << 16 ? 126 : 127);
  if (head.byteLength === 4) head.setUint16(2, length);
  if (head.byteLength === 10) head.setBigUint64(2, BigInt(length));
  return concat([new Uint8Array(head.buffer), payload]);
}

/** Answers pings, and drops everything else until the client ends. */
function ignoreReceives(socket: Socket, onEnd: () => void): void {
  let rest: Uint8Array = new Uint8Array();
  socket.on('end', onEnd);
  socket.on('data', (chunk: Uint8Array) => {
    rest = concat([rest, chunk]);
    for (let next = readFrame(rest); next; next = readFrame(rest)) {
      if (next.opcode === OPCODES.ping) socket.write(frame(OPCODES.pong, next.payload));
      if (next.opcode === OPCODES.close) return onEnd();
      rest = rest.subarray(next.size);
    }
    if (rest.length > MAX_FRAME_BYTES) onEnd();
  });
}

/** The first frame, once all of it is there. */
function readFrame(bytes: Uint8Array): { opcode: number; payload: Uint8Array; size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [short, isMasked] = [view.getUint8(1) & 0x7f, view.getUint8(1) >= 0x80];
  const head = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (bytes.length < head + (isMasked ? 4 : 0)) return undefined;
  const length = short === 126 ? view.getUint16(2) : short === 127 ? Number(view.getBigUint64(2)) : short;
  const start = head + (isMasked ? 4 : 0);
  if (bytes.length < start + length) return undefined;
  const payload = bytes.slice(start, start + length).map((byte, i) => (isMasked ? byte ^ bytes[head + (i % 4)]! : byte));
  return { opcode: view.getUint8(0) & 0x0f, payload, size: start + length };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
