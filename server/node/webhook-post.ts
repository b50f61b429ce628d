/**
 * Sends a body over HTTPS, or HTTP, follows where it is sent on to, and says what goes wrong in Go's words.
 *
 * Upstream: Go's net/http.Client as k8s.io/client-go/rest sets it up. Leaves out HTTP/2.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { quote } from '../apimachinery/quote.ts';
import type { WebhookAnswer } from '../http/webhook.ts';

export interface PostOptions {
  agent: https.Agent;
  /** The headers that say who asks. */
  credentials: Record<string, string>;
}

const MAX_REDIRECTS = 10;
/** More than any review; a webhook that says more than this says nothing. */
const MAX_ANSWER = 3 * 1024 * 1024;

export async function post(first: URL, options: PostOptions, body: string, signal: AbortSignal): Promise<WebhookAnswer> {
  return read(await follow('Post', first, options, body, signal), signal);
}

/** As above, without a body. */
export async function get(url: URL, options: PostOptions, signal: AbortSignal): Promise<WebhookAnswer & { cacheControl: string }> {
  const response = await follow('Get', url, options, '', signal);
  return { ...(await read(response, signal)), cacheControl: response.headers['cache-control'] ?? '' };
}

async function follow(operation: string, first: URL, { agent, credentials }: PostOptions, body: string, signal: AbortSignal): Promise<http.IncomingMessage> {
  let url = first;
  let sent = body;
  for (let hop = 0; ; hop++) {
    const failed = (err: unknown) => Object.assign(new Error(`${operation} ${quote(url.href)}: ${signal.aborted ? abortReason(signal) : goNetworkError(err, url)}`), codeOf(err));
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw failed(new Error(`unsupported protocol scheme ${quote(url.protocol.slice(0, -1))}`));
    // credentials are for the webhook itself
    const headers = { 'User-Agent': 'kube-apiserver/v1.36.2', Accept: 'application/json, */*', ...(url.hostname === first.hostname && credentials) };
    const response = await send(url, headers, { signal, ...(url.protocol === 'https:' && { agent }) }, sent).catch((err: unknown) => {
      throw failed(err);
    });
    const { statusCode = 0, headers: { location } } = response;
    if (location === undefined || ![301, 302, 303, 307, 308].includes(statusCode)) return response;
    response.destroy();
    const next = URL.parse(location, url);
    if (!next) throw failed(new Error(`failed to parse Location header ${quote(location)}`));
    if (hop + 1 === MAX_REDIRECTS) throw new Error(`${operation} ${quote(location)}: stopped after ${MAX_REDIRECTS} redirects`);
    url = next;
    if (statusCode < 307) sent = '';
  }
}

/** Without a body it is a GET. */
function send(url: URL, headers: Record<string, string>, options: Pick<https.RequestOptions, 'signal' | 'agent'>, body: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'http:' ? http : https;
    const about = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
    const req = request(url, { ...options, method: body === '' ? 'GET' : 'POST', headers: { ...headers, ...about } }, resolve);
    req.on('error', (err: NodeJS.ErrnoException) => {
      // a connection that was kept may have been closed meanwhile
      if (req.reusedSocket && err.code === 'ECONNRESET') send(url, headers, options, body).then(resolve, reject);
      else reject(err);
    });
    req.end(body);
  });
}

async function read(response: http.IncomingMessage, signal: AbortSignal): Promise<WebhookAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER) throw new Error('http: response body too large');
      chunks.push(chunk);
    }
  } catch (err) {
    const why = signal.aborted ? abortReason(signal) : 'code' in codeOf(err) ? 'unexpected EOF' : err instanceof Error ? err.message : String(err);
    throw new Error(`unexpected error when reading response body. Please retry. Original error: ${why}`, { cause: err });
  }
  return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString() };
}

const abortReason = ({ reason }: AbortSignal) => (reason instanceof Error && reason.name === 'TimeoutError' ? 'context deadline exceeded' : 'context canceled');

/** A connection that the other side has ended in order is not one that it has reset. */
const codeOf = (err: unknown): { code?: string } => (err instanceof Error && 'code' in err && !isEOF(err) ? { code: String(err.code) } : {});

const isEOF = (err: unknown) => err instanceof Error && err.message === 'socket hang up';

const UNTRUSTED = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'];

function goNetworkError(err: unknown, { hostname, port, protocol }: URL): string {
  const { code = '' } = codeOf(err);
  const address = `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
  if (isEOF(err)) return 'EOF';
  if (UNTRUSTED.includes(code)) return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  const message = err instanceof Error ? err.message : String(err);
  const words: Record<string, string> = {
    ECONNREFUSED: `dial tcp ${address}: connect: connection refused`,
    ECONNRESET: 'read: connection reset by peer',
    ENOTFOUND: `dial tcp: lookup ${hostname}: no such host`,
    CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    ERR_TLS_CERT_ALTNAME_INVALID: `tls: failed to verify certificate: x509: certificate is not valid for ${hostname}`,
  };
  // how OpenSSL reads `HTTP/` as the head of a record
  return words[code] ?? (/wrong version number|packet length too long/.test(message) ? 'http: server gave HTTP response to HTTPS client' : message);
}
