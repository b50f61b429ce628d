/** The measured process: the API server's last stage on the embedded store, or bare Express, over plain HTTP. */
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { newAlwaysAllowAuthorizer } from '../server/authorization/builtin.ts';
import { apiserver } from '../server/stages/apiserver.ts';
import { defaultServerConfig } from '../server/stages/default-config.ts';
import type { ServerConfig } from '../server/stages/stage.ts';
import type { EtcdClient } from '../server/storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../server/storage/etcd/embedded/embedded.ts';
import { newBareExpress } from './bare-express.ts';
import type { Cpu, Question, Served } from './messages.ts';

const token = 'bench';
let sendEvent: () => void = () => undefined;

process.on('message', (question: Question) => void answer(question).then((value) => process.send?.(value)));

// The benchmark is over, or gone.
process.on('disconnect', () => process.exit(0));

async function answer(question: Question): Promise<Served | Cpu> {
  if (question.ask === 'apiserver') return serveStage({ tokens: [{ token, user: { name: 'admin', uid: '1', groups: ['system:masters'] } }] });
  if (question.ask === 'slow apiserver') return serveSlowStage();
  if (question.ask === 'express') {
    const bare = newBareExpress(question.answers);
    sendEvent = bare.sendEvent;
    return serve(bare.app);
  }
  if (question.ask === 'event') sendEvent();
  const { user, system } = process.cpuUsage();
  return { micros: user + system };
}

/** Once the server is there, each read of etcd takes 20 ms. */
async function serveSlowStage(): Promise<Served> {
  const etcd = newEmbeddedEtcd();
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
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, token };
}
