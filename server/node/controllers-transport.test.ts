import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, describe, expect, test } from 'vitest';
import { newRESTClient } from '../client/rest-client.ts';
import { newFetchTransport, withBearerToken } from '../client/transport.ts';
import { NAMESPACES } from '../client/controllers/resources.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import { apiserver } from '../stages/apiserver.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import { servingCertificate } from './certificates.ts';
import { newHTTPSTransport, newLoopbackTransport } from './controllers-transport.ts';

const ADMIN = { token: 'admintoken', user: { name: 'admin', groups: ['system:masters'] } };

async function start() {
  const stage = runStage(apiserver, defaultServerConfig({ tokens: [ADMIN] }));
  await stage.server.ready;
  onTestFinished(() => stage.close());
  return stage;
}

describe('what a client sends', () => {
  const transports = {
    'in the process': async () => newLoopbackTransport((await start()).server.handler),
    'by fetch': async () => {
      const server = createPlainServer((await start()).server.handler).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      return newFetchTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    },
    'over TLS': async () => {
      const dir = mkdtempSync(join(tmpdir(), 'controllers-'));
      const { cert, key, ca } = await servingCertificate(dir, ['127.0.0.1']);
      const server = createServer({ cert, key }, (await start()).server.handler).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
        rmSync(dir, { recursive: true });
      });
      return newHTTPSTransport({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca });
    },
  };

  test.each(Object.entries(transports))('%s is answered, with errors and watches that end when they are left', async (_where, newTransport) => {
    const client = newRESTClient({ transport: withBearerToken(await newTransport(), ADMIN.token), userAgent: 'test' });
    const namespaces = client.resource(NAMESPACES);
    const stop = new AbortController();
    const watch = await namespaces.watch({}, stop.signal);
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'default' } } });
    await namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new', annotations: { text: 'ü' } } });
    let last = await watch.next();
    while (last && last.type !== 'ERROR' && last.object.metadata.name !== 'new') last = await watch.next();
    expect(last).toMatchObject({ object: { metadata: { annotations: { text: 'ü' } } } });
    const next = watch.next();
    stop.abort();
    expect(await next).toBeUndefined();
    await expect(namespaces.get('none')).rejects.toMatchObject({ status: { code: 404 } });
  });
});

test('a server that nobody can reach is an error', async () => {
  const client = newRESTClient({ transport: newHTTPSTransport({ host: '127.0.0.1', port: 1 }), userAgent: 'test' });
  await expect(client.resource(NAMESPACES).list()).rejects.toThrow('ECONNREFUSED');
});
