/** HTTP/2 to a stage: requests, and frames written by hand. */
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { once } from 'node:events';
import { connect as connectTLS } from 'node:tls';
import type { StageProcess } from '../stage-process.ts';

interface HTTP2Answer {
  /** 0 for none. */
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whether the server has said that this is all. */
  ended: boolean;
  rstCode: number;
}

export function connectHTTP2({ url, ca }: StageProcess): ClientHttp2Session {
  const session = connect(url, { ca });
  session.on('error', () => undefined);
  return session;
}

/** As `admin`, unless the headers say another. */
export function send(session: ClientHttp2Session, stage: StageProcess, headers: OutgoingHttpHeaders, body?: string | Uint8Array): Promise<HTTP2Answer> {
  const stream = session.request({ authorization: `Bearer ${stage.tokens.admin}`, ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

export function answerOf(stream: ClientHttp2Stream): Promise<HTTP2Answer> {
  return new Promise((resolve) => {
    const answer: HTTP2Answer = { status: 0, headers: {}, body: '', ended: false, rstCode: 0 };
    stream.on('response', (headers) => Object.assign(answer, { status: headers[':status'], headers }));
    stream.on('data', (chunk: Buffer) => (answer.body += chunk.toString()));
    stream.on('end', () => {
      answer.ended = !stream.aborted;
      // one that still has something to send would wait for it
      stream.destroy();
    });
    stream.on('error', () => undefined);
    stream.on('close', () => resolve({ ...answer, rstCode: stream.rstCode ?? 0 }));
  });
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
export const FRAME = { headers: 1, rstStream: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;
export const FLAG = { endStream: 1, endHeaders: 4 } as const;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** GET / by HTTPS, out of HPACK's static table, from an authority of one letter. */
export const GET = Uint8Array.of(0x82, 0x84, 0x87, 0x41, 1, 0x61);

/** Writes what `flood` makes, again and again, until the server closes; resolves to the error of its GOAWAY, if it sent one. */
export async function floodUntilClosed({ port, ca }: StageProcess, flood: (round: number) => Uint8Array): Promise<number | undefined> {
  const socket = connectTLS({ host: '127.0.0.1', port, ca, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(Buffer.concat([Buffer.from(PREFACE), frame(FRAME.settings, 0, 0)]));
  for (let round = 0; !socket.destroyed && socket.writable; round++) {
    if (!socket.write(flood(round))) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    await new Promise(setImmediate);
  }
  await closed;
  return goawayIn(Buffer.concat(chunks));
}

function goawayIn(bytes: Buffer): number | undefined {
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] === FRAME.goaway && at + 17 <= bytes.length) return bytes.readUInt32BE(at + 13);
  }
  return undefined;
}
