/** The measured process: the API server's last stage on the embedded store, or bare Express, over plain HTTP. */
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { apiserver } from '../server/stages/apiserver.ts';
import { defaultServerConfig } from '../server/stages/default-config.ts';
import { newBareExpress } from './bare-express.ts';
import type { Cpu, Question, Served } from './messages.ts';

const token = 'bench';
let sendEvent: () => void = () => undefined;

process.on('message', (question: Question) => void answer(question).then((value) => process.send?.(value)));

// The benchmark is over, or gone.
process.on('disconnect', () => process.exit(0));

async function answer(question: Question): Promise<Served | Cpu> {
  if (question.ask === 'apiserver') return serveStage();
  if (question.ask === 'express') {
    const bare = newBareExpress(question.answers);
    sendEvent = bare.sendEvent;
    return serve(bare.app);
  }
  if (question.ask === 'event') sendEvent();
  const { user, system } = process.cpuUsage();
  return { micros: user + system };
}

async function serveStage(): Promise<Served> {
  const server = apiserver.build(defaultServerConfig({ tokens: [{ token, user: { name: 'admin', uid: '1', groups: ['system:masters'] } }] }));
  await server.ready;
  return serve((req, res) => server.handler(req, res));
}

async function serve(handler: RequestListener): Promise<Served> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, token };
}
