/** For tests: a whole stage behind a real socket, until the test is over. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { APIServer } from '../http/api-server.ts';

/** Its address, once it is ready. */
export async function serveStage(stage: APIServer): Promise<string> {
  await stage.ready;
  const server = createServer((req, res) => stage.handler(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await stage.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
