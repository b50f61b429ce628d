/** The inside of the worker: answers the page's requests with the stages, each built when it is first asked for. */
import type { IncomingMessage as NodeRequest, ServerResponse as NodeResponse } from 'node:http';
import type { RestartableStage } from '../../server/observe/lab/restartable.ts';
import type { RunningStage } from '../../server/observe/lab/running-stage.ts';
import { Connection } from './http-shim/connection.ts';
import { IncomingMessage } from './http-shim/incoming-message.ts';
import { ServerResponse } from './http-shim/server-response.ts';
import type { ResponseSink } from './http-shim/server-response.ts';
import { WINDOW } from './protocol.ts';
import type { FromWorker, Port, ToWorker } from './protocol.ts';
import { CLOSED } from './stage-host.ts';

type Of<Type extends ToWorker['type']> = Extract<ToWorker, { type: Type }>;

interface Exchange {
  taken(bytes: number): void;
  hangUp(): void;
}

export interface Stages {
  /** Loads and builds a stage; rejects where there is none of that name. */
  run(name: string): Promise<RestartableStage>;
  /** Loads what a request with these headers needs besides the stage. */
  prepare?(headers: Record<string, string>): Promise<void>;
}

export function serveStages(port: Port<FromWorker, ToWorker>, { run, prepare }: Stages): void {
  const stages = new Map<string, Promise<RestartableStage>>();
  const exchanges = new Map<number, Exchange>();
  const subscriptions = new Map<number, () => void>();

  function stage(name: string): Promise<RestartableStage> {
    const running = stages.get(name) ?? run(name);
    stages.set(name, running);
    // what could not be loaded may be there at the next try
    running.catch(() => stages.delete(name));
    return running;
  }

  async function answer(message: Of<'request'>): Promise<void> {
    const { id } = message;
    const connection = new Connection();
    const { sink, taken } = newSink(port, id);
    exchanges.set(id, { taken, hangUp: () => connection.destroy() });
    try {
      const { server } = await stage(message.stage);
      await Promise.all([server.ready, prepare?.(message.headers)]);
      if (connection.destroyed) return;
      const req = new IncomingMessage(message, connection);
      const res = new ServerResponse(req, sink);
      res.once('close', () => exchanges.delete(id));
      handle(server, req, res);
    } catch (err) {
      exchanges.delete(id);
      fail(id, err);
    }
  }

  async function subscribe({ id, stage: name }: Of<'subscribe'>): Promise<void> {
    let left = false;
    subscriptions.set(id, () => void (left = true));
    try {
      const running = await stage(name);
      if (!left) subscriptions.set(id, running.subscribe((message) => port.postMessage({ type: 'lab', id, message })));
    } catch (err) {
      subscriptions.delete(id);
      fail(id, err);
    }
  }

  async function change({ id, stage: name, ...message }: Of<'restart' | 'act'>): Promise<void> {
    try {
      const running = await stage(name);
      await (message.type === 'act' ? running.act(message.act) : running.restart());
      port.postMessage({ type: 'end', id });
    } catch (err) {
      fail(id, err);
    }
  }

  function fail(id: number, err: unknown): void {
    port.postMessage({ type: 'failed', id, message: err instanceof Error ? err.message : String(err) });
  }

  function receive(message: ToWorker): void {
    switch (message.type) {
      case 'request':
        return void answer(message);
      case 'taken':
        return exchanges.get(message.id)?.taken(message.bytes);
      case 'cancel':
        exchanges.get(message.id)?.hangUp();
        exchanges.delete(message.id);
        return;
      case 'subscribe':
        return void subscribe(message);
      case 'unsubscribe':
        subscriptions.get(message.id)?.();
        subscriptions.delete(message.id);
        return;
      case 'restart':
      case 'act':
        return void change(message);
    }
  }
  port.addEventListener('message', ({ data }) => receive(data));
}

/** Sends an answer to the page; while a window of it is not taken, the response has to wait. */
function newSink(port: Port<FromWorker, ToWorker>, id: number): { sink: ResponseSink; taken(bytes: number): void } {
  let underWay = 0;
  let waiting: (() => void) | undefined;
  const sink: ResponseSink = {
    head: (status, headers) => port.postMessage({ type: 'head', id, status, headers }),
    chunk(chunk, done) {
      // A copy: an object's bytes are shared, and what is transferred is gone.
      const bytes = new Uint8Array(chunk);
      underWay += bytes.length;
      port.postMessage({ type: 'chunk', id, bytes }, [bytes.buffer]);
      // brings the next one at once
      if (underWay < WINDOW) done();
      else waiting = done;
    },
    end: () => port.postMessage({ type: 'end', id }),
    abort: () => port.postMessage({ type: 'failed', id, message: CLOSED }),
  };
  function taken(bytes: number): void {
    underWay -= bytes;
    const done = waiting;
    if (!done || underWay >= WINDOW) return;
    waiting = undefined;
    done();
  }
  return { sink, taken };
}

/** In the worker `node:http` is the shim, so these are the classes that Express extends; only the types differ. */
function handle(server: RunningStage['server'], req: unknown, res: unknown): void {
  server.handler(req as NodeRequest, res as NodeResponse);
}
