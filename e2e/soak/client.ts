/** The requests of the soak: JSON over HTTPS, each ended after a while, so that nothing hangs for ever. */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Outcome } from './journal.ts';

export const NAMESPACE = 'default';
export const collection = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

export interface Item {
  metadata: { namespace: string; name: string; resourceVersion: string; uid: string };
  data?: { mark?: string };
}

export interface Answer {
  status: number;
  body: Partial<Item> & { reason?: string; message?: string; details?: { uid?: string } };
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
    // Node says the length of a body by itself, but not of one that goes with DELETE
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    request(`${url}${path}`, { agent, method, headers: { ...headers, ...length }, signal }, resolve).on('error', reject).end(body);
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

export const keyOf = ({ metadata: { namespace, name } }: { metadata: { namespace?: string; name?: string } }) => `${namespace}/${name}`;
export const versionOf = ({ metadata }: { metadata: { resourceVersion?: string } }) => Number(metadata.resourceVersion);

/** What an answer about one object tells. */
export function outcomeOf({ status, body }: Answer): Outcome {
  if (status === 404) return { type: 'refused', why: 'missing' };
  if (status === 409) return { type: 'refused', why: body.reason === 'AlreadyExists' ? 'exists' : 'conflict' };
  if (status !== 200 && status !== 201) return { type: 'unknown', status, message: body.message ?? '' };
  const { metadata, data, details } = body;
  const uid = metadata?.uid ?? details?.uid;
  return { type: 'ok', ...(metadata?.resourceVersion && { revision: versionOf({ metadata }) }), ...(data?.mark && { mark: data.mark }), ...(uid && { uid }) };
}
