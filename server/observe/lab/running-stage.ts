/**
 * A stage that runs in the lab, in the page or on this machine: its server, what it tells those who look, and what they
 * may do to it.
 */
import type { ServerResponse } from 'node:http';
import type { Tracer } from '@opentelemetry/api';
import type { APIServer, HTTPServer } from '../../http/api-server.ts';
import type { ServerConfig, Stage } from '../../stages/stage.ts';
import type { DescribedCache } from '../../storage/cacher/description.ts';
import { interruptible } from './interruptible.ts';
import type { LabAct, LabMessage } from './messages.ts';
import { RevisionLog } from './revision-log.ts';
import { newLabTracing } from './span-recorder.ts';
import { compactNow, describeStorage, newSoon } from './storage-view.ts';
import { followStore } from './store-view.ts';
import { Watchers } from './watchers.ts';

export interface RunningStage {
  name: string;
  adds: string;
  server: APIServer;
  /** Spans are recorded while someone is subscribed; each one is first told everything that is stored. */
  subscribe(listener: (message: LabMessage) => void): () => void;
  /** Resolves when it is done; what follows from it may take a while. */
  act(act: LabAct): Promise<void>;
  /** Ends what is open, and the connection to etcd; `http` is shut down meanwhile. */
  close(http?: HTTPServer): Promise<void>;
}

/** Of a configuration the lab itself uses the store; the rest is the stage's. */
type Config = Pick<ServerConfig, 'etcd' | 'etcdPrefix'>;
type StageOf<C> = Pick<Stage, 'name' | 'adds'> & { build(config: C & Pick<ServerConfig, 'tracer' | 'caches' | 'observe'> & { tracer: Tracer }): APIServer };

/** Milliseconds that a slow disk takes for a write: enough for a reader to send another. */
const slowWrite = 2500;
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
  // the codecs, and all they know of the kinds, are loaded for a stage that stores something
  let decoder: Promise<(value: Uint8Array) => unknown> | undefined;
  const decode = async (value: Uint8Array) => (await (decoder ??= import('./stored-object.ts').then(({ newStoredObjectDecoder }) => newStoredObjectDecoder())))(value);
  const answers = new Set<ServerResponse>();
  const etcd = interruptible(config.etcd);
  const caches = new Set<DescribedCache>();
  const log = new RevisionLog();
  const changed = newSoon(() => listeners.size > 0 && tell(storage()), closed.signal);
  const watchers = new Watchers(answers, () => log.revision, changed);
  const storage = () => describeStorage({ stage: stage.name, etcd, log, caches, watchers });
  const build = () => stage.build({ ...config, etcd, tracer, caches, observe: watchers.observe });
  void log.follow(config.etcd, changed, closed.signal);
  let server = build();

  /** A stage without a chain knows no watches that it could end. */
  async function end(running: APIServer, http?: HTTPServer): Promise<void> {
    const open = [...answers];
    await running.close(http);
    await Promise.race([Promise.all(open.filter((res) => answers.has(res)).map(endAnswer)), new Promise((resolve) => setTimeout(resolve, LAST_WORDS))]);
  }

  const acts: Record<LabAct, () => Promise<void> | void> = {
    compact: () => compactNow(etcd),
    'stop etcd': () => etcd.stop(),
    'start etcd': () => etcd.start(),
    'slow disk': () => etcd.slow(slowWrite),
    'fast disk': () => etcd.slow(0),
    /** Another server in its place, on the same etcd. */
    async 'restart server'() {
      if (etcd.stopped) throw new Error('a server that starts waits for etcd: start that first');
      const before = server;
      server = build();
      await end(before);
      await server.ready;
    },
  };

  return {
    name: stage.name,
    adds: stage.adds,
    server: {
      handler(req, res) {
        answers.add(res);
        res.once('close', () => answers.delete(res));
        server.handler(req, res);
      },
      get ready() {
        return server.ready;
      },
      close: (http) => server.close(http),
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
      own(storage());
      void followStore({ stage: stage.name, etcd: config.etcd, prefix: config.etcdPrefix, decode }, own, left.signal);
      return leave;
    },
    async act(act) {
      await acts[act]();
      changed();
    },
    async close(http) {
      await end(server, http);
      closed.abort();
      etcd.close();
    },
  };
}
