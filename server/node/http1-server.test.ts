import { once } from 'node:events';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect as connectTCP } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { closeConnection } from '../http/close-connection.ts';
import { apiServer, ca, client, serveTLS } from './serving.test-util.ts';

function newClient(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async (path: string, options: object = {}) => {
    const req = request({ host: '127.0.0.1', port, ca, agent, path, ...options }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    return { status: res.statusCode, headers: res.headers, body: Buffer.concat(await res.toArray()).toString(), reused: req.reusedSocket };
  };
}

describe('a connection of HTTP/1.1', () => {
  test('stays, which goes without saying', async () => {
    const { port } = await serveTLS(apiServer((_req, res) => void res.end('hello')));
    const ask = newClient(port);
    const { headers, body } = await ask('/');
    expect([headers.connection, headers['keep-alive'], body]).toEqual([undefined, undefined, 'hello']);
    expect((await ask('/')).reused).toBe(true);
  });

  test('is closed after the answer where the server, or the client, says so', async () => {
    const { port } = await serveTLS(apiServer((req, res) => {
      if (req.url === '/last') closeConnection(req, res);
      res.end();
    }));
    const ask = newClient(port);
    expect((await ask('/last')).headers.connection).toBe('close');
    expect((await ask('/', { headers: { connection: 'close' } })).headers.connection).toBe('close');
    expect((await ask('/')).reused).toBe(false);
  });

  test('brings its certificate along with each request', async () => {
    const { cert, key } = client;
    const { port } = await serveTLS((req, res) => void res.end(String('peerCertificates' in req && Array.isArray(req.peerCertificates) ? req.peerCertificates.length : 0)));
    const ask = newClient(port);
    expect([(await ask('/', { cert, key })).body, (await ask('/', { cert, key })).body, (await newClient(port)('/')).body]).toEqual(['1', '1', '0']);
  });

  test('carries CONNECT to the handler as any other method', async () => {
    const { port } = await serveTLS(apiServer((req, res) => void res.status(404).end(`${req.method} "${req.url}"`)));
    const socket = connect({ host: '127.0.0.1', port, ca });
    socket.write('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n');
    const text = Buffer.concat(await socket.toArray()).toString();
    expect(text).toMatch(/^HTTP\/1\.1 404 .*\r\nConnection: close\r\n.*CONNECT "\*"$/s);
  });
});

describe('what is no request of HTTP/1.1', () => {
  const echo = apiServer((req, res) => void res.end(`<${req.method}>`));
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n';
  const refusal = (status: string) => `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`;
  async function open() {
    const { port } = await serveTLS(echo);
    const socket = connect({ host: '127.0.0.1', port, ca });
    onTestFinished(() => void socket.destroy());
    return socket;
  }

  test.each([
    ['a word', 'hello\r\n', '400 Bad Request'],
    ['a name that is none', `${get}a b: c\r\n\r\n`, '400 Bad Request'],
    ['a length that is none', `${get}Content-Length: many\r\n\r\n`, '400 Bad Request'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request: missing required Host header'],
    ['more than a megabyte', `${get}A: ${'a'.repeat(2 ** 20)}\r\n\r\n`, '431 Request Header Fields Too Large'],
  ])('is refused: %s', async (_, text, status) => {
    const socket = await open();
    socket.write(text);
    expect(Buffer.concat(await socket.toArray()).toString()).toBe(refusal(status));
  });

  test.each(['DELETE', 'GET'])('is refused after the answer to the %s before it', async (method) => {
    const socket = await open();
    socket.write(`${get.replace('GET', method)}\r\nhello there\r\n`);
    const text = Buffer.concat(await socket.toArray()).toString();
    expect(text).toMatch(new RegExp(`^HTTP/1.1 200 OK\\r\\n.*<${method}>HTTP/1.1 400 Bad Request\\r\\n.*400 Bad Request$`, 's'));
  });

  test('may still become a line that can be refused', async () => {
    const socket = await open();
    const answers: string[] = [];
    socket.on('data', (chunk) => answers.push(String(chunk)));
    socket.write(`${get.replace('GET', 'DELETE')}\r\n{"kind":`);
    await expect.poll(() => answers.join('')).toContain('<DELETE>');
    expect(socket.readableEnded).toBe(false);
    socket.write('"DeleteOptions"}\r\n');
    await once(socket, 'end');
    expect(answers.join('')).toMatch(/<DELETE>HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test.each(['FROB', 'PRI'])('has a method of its own, which no route has, for all that the parser knows: %s', async (method) => {
    const socket = await open();
    socket.write(`${get}\r\n${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/<GET>HTTP\/1\.1 405 Method Not Allowed\r\n.*"reason":"MethodNotAllowed"/s);
  });

  test('asks for what nobody expects', async () => {
    const socket = await open();
    socket.write(`${get}Expect: the-unexpected\r\n\r\n`);
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\nConnection: close\r\n/);
  });

  test('speaks without TLS', async () => {
    const { port } = await serveTLS(echo);
    const socket = connectTCP(port, '127.0.0.1');
    socket.write(`${get}\r\n`);
    expect(Buffer.concat(await socket.toArray()).toString()).toBe('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
  });
});

test('a request may have more headers than Node counts', async () => {
  const { port } = await serveTLS(apiServer((req, res) => void res.end(String(req.rawHeaders.length / 2))));
  const socket = connect({ host: '127.0.0.1', port, ca });
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'A: b\r\n'.repeat(3000)}\r\n`);
  expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/\r\n\r\n3002$/);
});

describe('a server that shuts down', () => {
  test('answers what is open as the last of its connection, closes what is idle, and takes no other', async () => {
    const begun = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<void>();
    const { port, shutdown } = await serveTLS(apiServer(async (req, res) => {
      if (req.url === '/slow') {
        begun.resolve();
        await slow.promise;
      }
      res.end(req.url);
    }));
    const idle = connect({ host: '127.0.0.1', port, ca });
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    const open = newClient(port)('/slow');
    await begun.promise;
    const ended = shutdown(60_000);
    await once(idle, 'end');
    await expect(once(connect({ host: '127.0.0.1', port, ca }), 'secureConnect')).rejects.toThrow('ECONNREFUSED');
    slow.resolve();
    const { headers, body } = await open;
    expect([headers.connection, body]).toEqual(['close', '/slow']);
    await ended;
  });

  test('answers a request that was on its way', async () => {
    const { port, shutdown } = await serveTLS(apiServer((_req, res) => void res.end('here')));
    const ask = newClient(port);
    await ask('/');
    const ended = shutdown(60_000);
    const { headers, body, reused } = await ask('/');
    expect([headers.connection, body, reused]).toEqual(['close', 'here', true]);
    await ended;
  });

  test('cuts off what takes longer than it has time', async () => {
    const begun = vi.fn<() => void>();
    const { port, shutdown } = await serveTLS(apiServer(() => begun()));
    const open = newClient(port)('/');
    open.catch(() => undefined);
    await expect.poll(() => begun).toHaveBeenCalled();
    await shutdown(10);
    await expect(open).rejects.toThrow('socket hang up');
  });
});
