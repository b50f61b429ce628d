/** One HTTPS request, with nothing between the test and the wire that would mend it. */
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import type { StageProcess } from '../stage-process.ts';

export interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

export type Headers = Record<string, string>;

/** As `admin`. */
export function request(stage: StageProcess, method: string, path: string, headers: Headers = {}, body?: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port, ca, tokens } = stage;
    // Node sends no length with a DELETE unless it is told to.
    const length = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const req = httpsRequest({ host: '127.0.0.1', port, ca, method, path, agent: false, headers: { authorization: `Bearer ${tokens.admin}`, ...length, ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() }));
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** Writes bytes to a socket and reads until the server closes it. */
export function raw(stage: StageProcess, bytes: string, options: { keepOpen?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: stage.port, ca: stage.ca });
    let text = '';
    socket.on('secureConnect', () => {
      socket.write(bytes);
      if (!options.keepOpen) socket.end();
    });
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', (err: NodeJS.ErrnoException) => (err.code === 'ECONNRESET' || err.code === 'EPIPE' ? undefined : reject(err)));
  });
}
