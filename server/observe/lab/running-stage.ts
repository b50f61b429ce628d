/**
 * A stage that runs in the lab, in the page or on this machine: its server, and what it tells those who look.
 */
import type { ServerResponse } from 'node:http';
import type { Tracer } from '@opentelemetry/api';
import type { APIServer, HTTPServer } from '../../http/api-server.ts';
import type { ServerConfig, Stage } from '../../stages/stage.ts';
import type { LabMessage } from './messages.ts';
import { newLabTracing } from './span-recorder.ts';
import { followStore } from './store-view.ts';

export interface RunningStage {
  name: string;
  adds: string;
  server: APIServer;
  /** Spans are recorded while someone is subscribed; each one is first told everything that is stored. */
  subscribe(listener: (message: LabMessage) => void): () => void;
  /** Ends what is open, and the connection to etcd; `http` is shut down meanwhile. */
  close(http?: HTTPServer): Promise<void>;
}

/** Of a configuration the lab itself uses the store; the rest is the stage's. */
type Config = Pick<ServerConfig, 'etcd' | 'etcdPrefix'>;
type StageOf<C> = Pick<Stage, 'name' | 'adds'> & { build(config: C & { tracer: Tracer }): APIServer };

/** Milliseconds for a client to take the end of its answer. */
const LAST_WORDS = 100;

function endAnswer(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    res.once('close', () => resolve());
    res.end();
  });
}

/** Builds a stage with the lab's tracing in place of its configuration's. */
export function runStage<C extends Config>(stage: StageOf<C>, config: C): RunningStage {
  const listeners = new Set<(message: LabMessage) => void>();
  const closed = new AbortController();
  const tell = (message: LabMessage) => listeners.forEach((listener) => listener(message));
  const tracer = newLabTracing((span) => tell({ type: 'span', stage: stage.name, span }), () => listeners.size > 0);
  const server = stage.build({ ...config, tracer });
  // the codecs, and all they know of the kinds, are loaded for a stage that stores something
  let decoder: Promise<(value: Uint8Array) => unknown> | undefined;
  const decode = async (value: Uint8Array) => (await (decoder ??= import('./stored-object.ts').then(({ newStoredObjectDecoder }) => newStoredObjectDecoder())))(value);
  const answers = new Set<ServerResponse>();
  return {
    name: stage.name,
    adds: stage.adds,
    server: {
      ...server,
      handler(req, res) {
        answers.add(res);
        res.once('close', () => answers.delete(res));
        server.handler(req, res);
      },
    },
    subscribe(listener) {
      const left = new AbortController();
      const leave = () => {
        listeners.delete(own);
        left.abort();
      };
      // The same function may subscribe twice; each subscription is its own.
      const own = (message: LabMessage) => listener(message);
      listeners.add(own);
      closed.signal.addEventListener('abort', leave, { once: true, signal: left.signal });
      void followStore({ stage: stage.name, etcd: config.etcd, prefix: config.etcdPrefix, decode }, own, left.signal);
      return leave;
    },
    async close(http) {
      await server.close(http);
      // a stage without a chain knows no watches that it could end
      await Promise.race([Promise.all([...answers].map(endAnswer)), new Promise((resolve) => setTimeout(resolve, LAST_WORDS))]);
      closed.abort();
      config.etcd.close();
    },
  };
}
