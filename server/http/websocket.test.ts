import { once } from 'node:events';
import { ServerResponse, createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { acceptWebSocket } from './websocket.ts';
import type { WebSocketStream } from './websocket.ts';

/** A server that accepts websockets; `ended` is called when their clients end. */
async function serve(text: boolean, use: (stream: WebSocketStream) => void, ended = () => {}) {
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (req, socket) => {
    if (!(socket instanceof Socket)) return;
    const res = new ServerResponse(req);
    res.assignSocket(socket);
    res.setHeader('Content-Type', 'application/json');
    void acceptWebSocket(req, res, socket, { text, onEnd: ended }).then((stream) => stream && use(stream));
  });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** As a page does; outside of one `Origin` has to be set, by an option that the standard does not know. */
function open(port: number, protocols: string[] = []): WebSocket {
  const socket: WebSocket = Reflect.construct(WebSocket, [`ws://127.0.0.1:${port}`, { protocols, headers: { origin: 'http://127.0.0.1' } }]);
  socket.binaryType = 'arraybuffer';
  return socket;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([['short', 5], ['of two bytes of length', 300], ['of eight bytes of length', 70_000]])('a client hears a message that is %s, and then the end', async (_how, length) => {
  const message = 'x'.repeat(length);
  const socket = open(await serve(true, (stream) => {
    void stream.send(bytes(message));
    stream.close();
  }), ['k8s']);
  const [[heard], [closed]] = (await Promise.all([once(socket, 'message'), once(socket, 'close')])) as [[MessageEvent], [CloseEvent]];
  expect([heard.data, closed.code, closed.wasClean, socket.protocol]).toEqual([message, 1000, true, 'k8s']);
});

test('messages that are no text come as bytes', async () => {
  const socket = open(await serve(false, (stream) => {
    void stream.send(new Uint8Array([0, 255]));
    stream.close();
  }));
  const [heard] = (await once(socket, 'message')) as [MessageEvent<ArrayBuffer>];
  expect(new Uint8Array(heard.data)).toEqual(new Uint8Array([0, 255]));
  await once(socket, 'close');
});

test('a client that ends is noticed, whatever it said before', async () => {
  const ended = Promise.withResolvers<void>();
  let stream: WebSocketStream | undefined;
  const socket = open(await serve(true, (made) => (stream = made), ended.resolve));
  await once(socket, 'open');
  socket.send('nobody reads this');
  socket.close();
  await ended.promise;
  stream?.close();
  await once(socket, 'close');
});

const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: 'http://x' };

async function answerTo(headers: Record<string, string | undefined>) {
  const req = request({ host: '127.0.0.1', port: await serve(true, (stream) => stream.close()), headers: Object.fromEntries(Object.entries({ ...handshake, ...headers }).filter(([, value]) => value !== undefined)) }).end();
  const [res] = (await Promise.race([once(req, 'response'), once(req, 'upgrade')])) as [IncomingMessage];
  if (res.statusCode === 101) return { status: 101, headers: res.headers };
  return { status: res.statusCode, headers: res.headers, body: Buffer.concat(await res.toArray()).toString() };
}

test('the answer to a handshake says that, and nothing else', async () => {
  expect(await answerTo({})).toEqual({ status: 101, headers: { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' } });
});

test.each([
  ['has no key', { 'sec-websocket-key': undefined }, { status: 400, headers: {}, body: 'mismatch challenge/response' }],
  ['is of another version', { 'sec-websocket-version': '8' }, { status: 400, headers: { 'sec-websocket-version': '13' }, body: 'missing or bad WebSocket Version' }],
  ['does not say where it comes from', { origin: undefined }, { status: 403, headers: {}, body: '' }],
  ['says that it comes from no address', { origin: 'x' }, { status: 403, headers: {}, body: '' }],
  ['leaves a choice of protocols', { 'sec-websocket-protocol': 'a, b' }, { status: 400, headers: {}, body: '' }],
])('a handshake is refused that %s', async (_what, headers, answer) => {
  expect(await answerTo(headers)).toEqual(answer);
});
