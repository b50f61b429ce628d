/** The page form of StageHost: the stages run in a Web Worker of this page. */
import type { LabMessage } from '../../server/observe/lab/messages.ts';
import { newTraceparent, requestTarget, traceIdOf, withUser } from './outgoing.ts';
import { PAGE_USERS } from './page-users.ts';
import type { FromWorker, Port, ToWorker } from './protocol.ts';
import { HungUp, LEFT } from './stage-host.ts';
import type { StageHost, StageResponse } from './stage-host.ts';

interface Answer {
  head(status: number, headers: [string, string][]): void;
  chunk(bytes: Uint8Array): void;
  end(): void;
  failed(err: unknown): void;
}

interface Subscription {
  take(message: LabMessage): void;
  lost(why: Error): void;
}

export interface WorkerHost extends StageHost {
  /** Ends everything that is under way, and all that comes, for when the worker itself has failed. */
  fail(message: string): void;
  failed(): boolean;
}

export function newWorkerHost(port: Port<ToWorker, FromWorker>, close: () => void): WorkerHost {
  const answers = new Map<number, Answer>();
  const subscriptions = new Map<number, Subscription>();
  let lastId = 0;
  let failure: Error | undefined;

  port.addEventListener('message', ({ data }) => {
    if (data.type === 'lab') return subscriptions.get(data.id)?.take(data.message);
    const answer = answers.get(data.id);
    if (data.type === 'end' || data.type === 'failed') answers.delete(data.id);
    if (data.type === 'head') answer?.head(data.status, data.headers);
    else if (data.type === 'chunk') answer?.chunk(data.bytes);
    else if (data.type === 'end') answer?.end();
    else {
      answer?.failed(new TypeError(data.message));
      subscriptions.get(data.id)?.lost(new Error(data.message));
      subscriptions.delete(data.id);
    }
  });

  return {
    kind: 'page',
    label: 'in this page',
    users: () => Promise.resolve(PAGE_USERS),
    async send(stage, request, signal) {
      signal?.throwIfAborted();
      if (failure) throw failure;
      const url = requestTarget(request.path);
      const headers: Record<string, string> = { host: 'stage.page', traceparent: newTraceparent(), ...withUser(request, PAGE_USERS) };
      const body = request.body === undefined ? undefined : new TextEncoder().encode(request.body);
      if (body) headers['content-length'] = String(body.length);
      const id = ++lastId;
      const response = receive(id, signal);
      port.postMessage({ type: 'request', id, stage, method: request.method, url, headers, ...(body && { body }) });
      return { ...(await response), traceId: traceIdOf(headers) };
    },
    subscribe(stage, take, lost = () => undefined) {
      const id = ++lastId;
      subscriptions.set(id, { take, lost });
      if (failure) endAll(failure);
      else port.postMessage({ type: 'subscribe', id, stage });
      return () => {
        if (subscriptions.delete(id)) port.postMessage({ type: 'unsubscribe', id });
      };
    },
    lasting: () => undefined,
    restart: (stage) => done((id) => ({ type: 'restart', id, stage })),
    act: (stage, act) => done((id) => ({ type: 'act', id, stage, act })),
    close() {
      subscriptions.clear();
      endAll(new HungUp(LEFT));
      close();
    },
    fail(message) {
      failure = new Error(message);
      endAll(failure);
    },
    failed: () => failure !== undefined,
  };

  /** What is answered by an end alone. */
  function done(message: (id: number) => ToWorker): Promise<void> {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      answers.set(id, { head: () => undefined, chunk: () => undefined, end: resolve, failed: reject });
      port.postMessage(message(id));
    });
  }

  function endAll(why: Error): void {
    for (const answer of answers.values()) answer.failed(why);
    answers.clear();
    for (const { lost } of subscriptions.values()) lost(why);
    subscriptions.clear();
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

function startWorker(): WorkerHost {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'stages' });
  const host = newWorkerHost(worker, () => worker.terminate());
  // without a message where the worker could not even be loaded
  worker.addEventListener('error', ({ message }) => host.fail(`the stages in this page ${message ? `stopped (${message})` : 'did not start'}: start the stage afresh`));
  return host;
}

/** The page's own worker. One that has failed, or that cannot start a stage afresh, is replaced by another. */
export function newPageHost(start = startWorker): StageHost {
  let worker = start();
  const { kind, label, users, lasting } = worker;
  return {
    kind,
    label,
    users,
    lasting,
    send: (...args) => worker.send(...args),
    subscribe: (...args) => worker.subscribe(...args),
    act: (...args) => worker.act(...args),
    async restart(stage) {
      if (!worker.failed() && (await worker.restart(stage).then(() => true, () => false))) return;
      // its other stages go with it
      worker.fail('the stages in this page were started afresh');
      worker.close();
      worker = start();
    },
    close: () => worker.close(),
  };
}
