/** The requests of the soak: JSON over HTTPS, each ended after a while, so that nothing hangs for ever. */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';

export interface Answer {
  status: number;
  body: { metadata?: { resourceVersion?: string; uid?: string }; data?: { mark?: string }; details?: { uid?: string } };
}

export interface SoakClient {
  /** Rejects where the connection fails or nobody answers. */
  send(method: string, path: string, body?: object): Promise<Answer>;
  /** The lines of an answer that goes on; 410 and other refusals are the only line of theirs. */
  lines(path: string, signal: AbortSignal): AsyncGenerator<string>;
  close(): void;
}

const patience = 15_000;

export function newSoakClient(url: string, ca: string, token: string): SoakClient {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: Infinity });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  function open(method: string, path: string, body: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(`${url}${path}`, { agent, method, headers, signal }, resolve).on('error', reject).end(body);
    return promise;
  }

  return {
    async send(method, path, body) {
      const response = await open(method, path, body && JSON.stringify(body), AbortSignal.timeout(patience));
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
      return { status: response.statusCode ?? 0, body: JSON.parse(text) };
    },
    async *lines(path, signal) {
      const response = await open('GET', path, undefined, signal);
      yield* createInterface({ input: response });
    },
    close: () => agent.destroy(),
  };
}
