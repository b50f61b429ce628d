/** The measured process: the API server's last stage on the embedded store, or bare Express, over plain HTTP. */
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { newAlwaysAllowAuthorizer } from '../server/authorization/builtin.ts';
import { newHTTP2Server } from '../server/node/http2-server.ts';
import { apiserver } from '../server/stages/apiserver.ts';
import { defaultServerConfig } from '../server/stages/default-config.ts';
import type { ServerConfig } from '../server/stages/stage.ts';
import type { EtcdClient } from '../server/storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../server/storage/etcd/embedded/embedded.ts';
import { newBareExpress } from './bare-express.ts';
import type { BareExpress } from './bare-express.ts';
import type { Answer, Memory, Question, Served } from './messages.ts';
import { nameOf } from './objects.ts';

const token = 'bench';
const etcd = newEmbeddedEtcd();
let bare: BareExpress | undefined;
let serializations = 0;
const { stringify } = JSON;

process.on('message', (question: Question) => void answer(question).then((value) => process.send?.(value)));

// The benchmark is over, or gone.
process.on('disconnect', () => process.exit(0));

async function answer(question: Question): Promise<Answer> {
  switch (question.ask) {
    case 'apiserver':
      return serveStage({ etcd, tokens: [{ token, user: { name: 'admin', uid: '1', groups: ['system:masters'] } }] });
    case 'slow apiserver':
      return serveSlowStage();
    case 'express':
      bare = newBareExpress(question.answers);
      return serve(bare.handler);
    case 'memory':
      return memory();
    case 'serializations':
      return { count: countSerializations(question.of) };
    case 'fill':
      for (let n = question.from; n < question.to; n++) await store(question, nameOf(n));
      return { count: question.to - question.from };
    case 'list':
      bare?.setList(await download(question));
      break;
    case 'event':
      bare?.sendEvent();
      break;
    case 'cpu':
  }
  const { user, system } = process.cpuUsage();
  return { micros: user + system };
}

/** Once the server is there, each read of etcd takes 20 ms. */
async function serveSlowStage(): Promise<Served> {
  let isSlow = false;
  const range: EtcdClient['range'] = async (request, caller) => {
    if (isSlow) await sleep(20);
    return etcd.range(request, caller);
  };
  const tokens = ['noisy', 'quiet'].map((name) => ({ token: name, user: { name, uid: name, groups: [] } }));
  const served = await serveStage({ etcd: { ...etcd, range }, tokens, authorization: [newAlwaysAllowAuthorizer()], maxRequestsInFlight: 40, maxMutatingRequestsInFlight: 20 });
  isSlow = true;
  return served;
}

async function serveStage(config: Partial<ServerConfig>): Promise<Served> {
  const server = apiserver.build(defaultServerConfig(config));
  await server.ready;
  return serve((req, res) => server.handler(req, res));
}

async function serve(handler: RequestListener): Promise<Served> {
  const http2 = newHTTP2Server(handler, { maxStreams: 1000 });
  const [port, http2Port] = await Promise.all([listen(createServer(handler)), listen(createSocketServer((socket) => http2.accept(socket)))]);
  return { port, http2Port, token };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function memory(): Promise<Memory> {
  if (!globalThis.gc) throw new Error('memory is measured with --expose-gc');
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await sleep(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, rss };
}

/** Counts from the first call on, and answers those since the last one. */
function countSerializations(of: string): number {
  const count = serializations;
  serializations = 0;
  JSON.stringify = (value: unknown, ...form: never[]) => {
    const text = stringify(value, ...form);
    if (text?.includes(of)) serializations++;
    return text;
  };
  return count;
}

async function store({ resource, object }: { resource: string; object: string }, name: string): Promise<void> {
  const value = new TextEncoder().encode(object.replaceAll(nameOf(0), name));
  await etcd.txn({ compare: [], success: [{ op: 'put', key: `/registry/${resource}/default/${name}`, value }], failure: [] });
}

async function download({ url, token }: { url: string; token: string }): Promise<Buffer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' } });
  if (!response.ok) throw new Error(`${url} was answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
