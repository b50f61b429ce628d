/** The page form of StageHost: the stages run in a Web Worker of this page. */
import type { LabMessage } from '../../server/observe/lab/messages.ts';
import { newTraceparent, requestTarget, traceIdOf, withUser } from './outgoing.ts';
import { PAGE_USERS } from './page-users.ts';
import type { FromWorker, Port, ToWorker } from './protocol.ts';
import type { StageHost, StageResponse } from './stage-host.ts';

interface Answer {
  head(status: number, headers: [string, string][]): void;
  chunk(bytes: Uint8Array): void;
  end(): void;
  failed(err: unknown): void;
}

/** `fail` ends everything that is under way, for when the worker itself has failed. */
export function newWorkerHost(port: Port<ToWorker, FromWorker>, close: () => void): StageHost & { fail(message: string): void } {
  const answers = new Map<number, Answer>();
  const listeners = new Map<number, (message: LabMessage) => void>();
  let lastId = 0;

  port.addEventListener('message', ({ data }) => {
    if (data.type === 'lab') return listeners.get(data.id)?.(data.message);
    const answer = answers.get(data.id);
    if (data.type === 'end' || data.type === 'failed') answers.delete(data.id);
    if (data.type === 'head') answer?.head(data.status, data.headers);
    else if (data.type === 'chunk') answer?.chunk(data.bytes);
    else if (data.type === 'end') answer?.end();
    else answer?.failed(new TypeError(data.message));
  });

  return {
    kind: 'page',
    label: 'in this page',
    users: () => Promise.resolve(PAGE_USERS),
    async send(stage, request, signal) {
      signal?.throwIfAborted();
      const url = requestTarget(request.path);
      const headers: Record<string, string> = { host: 'stage.page', traceparent: newTraceparent(), ...withUser(request, PAGE_USERS) };
      const body = request.body === undefined ? undefined : new TextEncoder().encode(request.body);
      if (body) headers['content-length'] = String(body.length);
      const id = ++lastId;
      const response = receive(id, signal);
      port.postMessage({ type: 'request', id, stage, method: request.method, url, headers, ...(body && { body }) });
      return { ...(await response), traceId: traceIdOf(headers) };
    },
    subscribe(stage, listener) {
      const id = ++lastId;
      listeners.set(id, listener);
      port.postMessage({ type: 'subscribe', id, stage });
      return () => {
        if (listeners.delete(id)) port.postMessage({ type: 'unsubscribe', id });
      };
    },
    close() {
      fail('the stage was closed');
      listeners.clear();
      close();
    },
    fail,
  };

  function fail(message: string): void {
    for (const answer of answers.values()) answer.failed(new TypeError(message));
    answers.clear();
  }

  function receive(id: number, signal: AbortSignal | undefined): Promise<StageResponse> {
    let untaken = 0;
    return new Promise((resolve, reject) => {
      let controller: ReadableStreamDefaultController<Uint8Array>;
      const hangUp = () => {
        answers.delete(id);
        signal?.removeEventListener('abort', abort);
        port.postMessage({ type: 'cancel', id });
      };
      const abort = () => {
        hangUp();
        const reason = signal?.reason as Error;
        reject(reason);
        controller.error(reason);
      };
      const take = () => {
        if (untaken > 0) port.postMessage({ type: 'taken', id, bytes: untaken });
        untaken = 0;
      };
      const body = new ReadableStream<Uint8Array>(
        { start: (c) => void (controller = c), pull: take, cancel: hangUp },
        new ByteLengthQueuingStrategy({ highWaterMark: 16 * 1024 }),
      );
      signal?.addEventListener('abort', abort, { once: true });
      answers.set(id, {
        head: (status, headers) => resolve({ status, headers, body }),
        chunk(bytes) {
          untaken += bytes.length;
          controller.enqueue(bytes);
          if ((controller.desiredSize ?? 0) > 0) take();
        },
        end() {
          signal?.removeEventListener('abort', abort);
          controller.close();
        },
        failed(err) {
          signal?.removeEventListener('abort', abort);
          reject(err);
          controller.error(err);
        },
      });
    });
  }
}

/** The page's own worker. */
export function newPageHost(): StageHost {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'stages' });
  const host = newWorkerHost(worker, () => worker.terminate());
  // Without a message where the worker could not even be loaded.
  worker.addEventListener('error', ({ message }) => host.fail(message || "the page's worker did not start"));
  return host;
}
