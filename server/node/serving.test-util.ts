/** A handler behind real TLS, and one request over HTTP/2. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders, SecureClientSessionOptions } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { afterAll, onTestFinished } from 'vitest';
import type { Filter } from '../filters/filter.ts';
import { installChain } from '../filters/chain.ts';
import { recordingLog } from '../filters/testing.ts';
import { withPanicRecovery } from '../filters/with-panic-recovery.ts';
import { newAPIServer } from '../http/api-server.ts';
import { clientCertificate, servingCertificate } from './certificates.ts';
import { parseFlags } from './flags.ts';
import type { Handler } from './peer-certificates.ts';
import { secureServingFromFlags } from './secure-serving.ts';
import { listenTLS } from './serve.ts';
import type { Serving } from './serve.ts';

const dir = mkdtempSync(join(tmpdir(), 'serving-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
export const { ca, cert, key } = await servingCertificate(dir, ['127.0.0.1']);
export const client = await clientCertificate(dir, { name: 'carol', groups: [] });

export async function serveTLS(handler: Handler, ...flags: string[]): Promise<Serving & { url: string }> {
  const serving = await listenTLS({ port: 0, address: '127.0.0.1', ...(await secureServingFromFlags(parseFlags(flags), { cert, key })) });
  serving.serve(handler);
  onTestFinished(() => serving.shutdown(0));
  return { ...serving, url: `https://127.0.0.1:${serving.port}` };
}

/** Some filters and a handler, as an API server has them. */
export function apiServer(handler: Filter, filters: Filter[] = []): Handler {
  return newAPIServer({ tracer: trace.getTracer('test'), install: (app) => installChain(app, [withPanicRecovery(recordingLog()), ...filters], handler) }).handler;
}

export function connectHTTP2(url: string, options: SecureClientSessionOptions = {}): ClientHttp2Session {
  const session = connect(url, { ca, ...options });
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

interface HTTP2Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  body: string;
  /** The error that the stream was reset with; 0 for none. */
  rstCode: number;
}

export async function ask(session: ClientHttp2Session, path: string, headers: OutgoingHttpHeaders = {}, body?: string | Uint8Array): Promise<HTTP2Answer> {
  const stream = session.request({ ':path': path, ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

export function answerOf(stream: ClientHttp2Stream): Promise<HTTP2Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let headers: IncomingHttpHeaders = {};
    stream.on('response', (got) => (headers = got));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => undefined);
    // one that still has something to send would wait for it
    stream.on('end', () => stream.destroy());
    stream.on('close', () => {
      const bytes = Buffer.concat(chunks);
      resolve({ status: Number(headers[':status'] ?? 0), headers, bytes, body: bytes.toString(), rstCode: stream.rstCode });
    });
  });
}
