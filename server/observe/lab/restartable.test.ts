import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { defaultServerConfig } from '../../stages/default-config.ts';
import { loadStage } from '../../stages/index.ts';
import type { LabMessage } from './messages.ts';
import { restartable } from './restartable.ts';
import { runStage } from './running-stage.ts';

const admin = { authorization: 'Bearer admin' };

async function serve(name: string) {
  const stage = await loadStage(name);
  const config = () => defaultServerConfig({ tokens: [{ token: 'admin', user: { name: 'admin', groups: ['system:masters'] } }] });
  const running = restartable(() => runStage(stage, config()));
  const server = createServer(running.server.handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(async () => {
    await running.close();
    server.closeAllConnections();
    server.close();
  });
  await running.server.ready;
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/api/v1/namespaces/default/configmaps`;
  const create = async () => {
    const response = await fetch(url, { method: 'POST', headers: { ...admin, 'content-type': 'application/json' }, body: '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}' });
    await response.text();
    return response.status;
  };
  return { running, url, create };
}

test.each(['handler', 'storage'])('stage %s, started afresh, has nothing stored, and its watches have ended', async (name) => {
  const { running, url, create } = await serve(name);
  const watch = await fetch(`${url}?watch=true`, { headers: admin });
  expect([await create(), await create()]).toEqual([201, 409]);
  await running.restart();
  expect(await watch.text()).toMatch(/^{"type":"ADDED".*}\n$/);
  expect([await create(), await create()]).toEqual([201, 409]);
});

test('who is subscribed hears the last of the stage before, then the new one from its beginning', async () => {
  const { running, url, create } = await serve('storage');
  const heard: string[] = [];
  const leave = running.subscribe((message: LabMessage) => {
    if (message.type === 'store') heard.push(message.reset ? `reset ${message.events.length}` : `put ${message.events.map(({ key }) => key).join()}`);
    else if (message.type === 'span' && message.span.parentSpanId === undefined && message.span.end !== undefined) heard.push(message.span.name.split(' ', 1)[0] ?? '');
  });
  await expect.poll(() => heard).toEqual(['reset 0']);
  const watch = await fetch(`${url}?watch=true`, { headers: admin });
  await create();
  const put = 'put /registry/configmaps/default/a';
  await expect.poll(() => heard.toSorted()).toEqual(['reset 0', put, 'POST'].toSorted());
  heard.length = 0;
  await running.restart();
  await watch.text();
  await expect.poll(() => heard).toEqual(['GET', 'reset 0']);
  await create();
  await expect.poll(() => heard.slice(2).toSorted()).toEqual([put, 'POST'].toSorted());
  leave();
  heard.length = 0;
  await running.restart();
  await create();
  expect(heard).toEqual([]);
});

test('who subscribes during restarts is subscribed once, to the last one', async () => {
  const { running, create } = await serve('storage');
  const spans: string[][] = [[], []];
  const listen = (i: number) => running.subscribe((message) => message.type === 'span' && message.span.parentSpanId === undefined && message.span.end !== undefined && spans[i]?.push(message.span.name));
  listen(0);
  const restarts = [running.restart(), running.restart()];
  listen(1);
  await Promise.all(restarts);
  await create();
  await expect.poll(() => spans.map(({ length }) => length)).toEqual([1, 1]);
});
