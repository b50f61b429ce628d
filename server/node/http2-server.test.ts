import { once } from 'node:events';
import { constants } from 'node:http2';
import { get } from 'node:https';
import { connect } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import { longRunningFunc } from '../filters/long-running.ts';
import { clock, resolver } from '../filters/testing.ts';
import { withRequestDeadline } from '../filters/with-request-deadline.ts';
import { withRequestInfo } from '../filters/with-request-info.ts';
import { withTimeoutForNonLongRunningRequests } from '../filters/with-timeout-for-non-long-running-requests.ts';
import { withWarningRecorder } from '../filters/with-warning-recorder.ts';
import { limitedReadBody } from '../http/body.ts';
import { closeConnection } from '../http/close-connection.ts';
import { newForbidden } from '../http/status.ts';
import { answerOf, apiServer, ask, ca, client, connectHTTP2, serveTLS } from './serving.test-util.ts';

const deadline = (ms: number) => [withRequestInfo(resolver), withRequestDeadline(longRunningFunc, ms, clock, undefined), withTimeoutForNonLongRunningRequests(longRunningFunc)];

describe('the protocol', () => {
  const versions = apiServer((req, res) => void res.end(req.httpVersion));
  const spoken = async (port: number, ALPNProtocols: string[]) => {
    const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols });
    await once(socket, 'secureConnect');
    socket.destroy();
    return socket.alpnProtocol;
  };

  test.each([
    [[], ['h2', 'http/1.1'], 'h2'],
    [[], ['http/1.1'], 'http/1.1'],
    [[], ['http/1.1', 'h2'], 'h2'],
    [['--disable-http2-serving'], ['h2', 'http/1.1'], 'http/1.1'],
  ])('with %j, a client that speaks %j gets %s', async (flags, offered, chosen) => {
    const { port } = await serveTLS(versions, ...flags);
    expect(await spoken(port, offered)).toBe(chosen);
  });

  test('is the same server in both', async () => {
    const { url } = await serveTLS(versions);
    expect((await ask(connectHTTP2(url), '/')).body).toBe('2.0');
    const [res] = await once(get(url, { ca, agent: false }), 'response');
    expect((await res.toArray()).join('')).toBe('1.1');
  });
});

describe('over HTTP/2', () => {
  test('requests share their connection, and a slow one holds up no other', async () => {
    const slow = Promise.withResolvers<void>();
    const { url } = await serveTLS(apiServer(async (req, res) => {
      if (req.url === '/slow') await slow.promise;
      res.end(req.url);
    }));
    const session = connectHTTP2(url);
    const first = ask(session, '/slow');
    expect((await ask(session, '/fast')).body).toBe('/fast');
    slow.resolve();
    expect((await first).body).toBe('/slow');
  });

  test('a handler sees method, host, path, body and headers, and what was deleted of them is gone', async () => {
    const { url } = await serveTLS(apiServer(async (req, res) => {
      delete req.headers.authorization;
      const body = new TextDecoder().decode(await limitedReadBody(req, 100));
      res.json({ method: req.method, path: req.path, query: req.query, type: req.get('Content-Type'), authorization: req.get('Authorization'), groups: req.rawHeaders.filter((_, i) => req.rawHeaders[i - 1] === 'impersonate-group'), body });
    }));
    const headers = { ':method': 'PATCH', 'content-type': 'application/json', authorization: 'Bearer t', 'impersonate-group': ['a', 'b'] };
    const { status, body } = await ask(connectHTTP2(url), '/a?b=c', headers, '{}');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ method: 'PATCH', path: '/a', query: { b: 'c' }, type: 'application/json', groups: ['a', 'b'], body: '{}' });
  });

  test('errors and warnings are answered', async () => {
    const { url } = await serveTLS(apiServer((req) => {
      req.ctx.warnings.add('old');
      throw newForbidden({ group: '', resource: 'pods' }, 'p', 'no');
    }, [withWarningRecorder()]));
    const { status, headers, body } = await ask(connectHTTP2(url), '/');
    expect([status, headers.warning, JSON.parse(body).reason]).toEqual([403, '299 - "old"', 'Forbidden']);
  });

  test.each([
    ['HEAD', 200, 'HEAD', '5'],
    ['no change', 304, 'GET', undefined],
  ])('%s has no body', async (_, status, method, length) => {
    const { url } = await serveTLS(apiServer((_req, res) => {
      if (status === 200) res.setHeader('Content-Length', 5);
      res.status(status).end('hello');
    }));
    const answer = await ask(connectHTTP2(url), '/', { ':method': method });
    expect(answer).toMatchObject({ status, body: '', rstCode: 0 });
    expect(answer.headers['content-length']).toBe(length);
  });

  test('a client that goes away ends the work on its request', async () => {
    const aborted = vi.fn<() => void>();
    const { url } = await serveTLS(apiServer((req, res) => {
      req.ctx.onAbort(aborted);
      res.flushHeaders();
    }));
    const stream = connectHTTP2(url).request({ ':path': '/' });
    await once(stream, 'response');
    stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => aborted).toHaveBeenCalledOnce();
  });

  test('what is written arrives at once, and its end as an end', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { url } = await serveTLS(apiServer(async (_req, res) => {
      res.write('one');
      await promise;
      res.end('two');
    }));
    const stream = connectHTTP2(url).request({ ':path': '/' });
    expect(String((await once(stream, 'data'))[0])).toBe('one');
    resolve();
    const rest = await answerOf(stream);
    expect(rest).toMatchObject({ body: 'two', rstCode: 0 });
  });

  test('a client that does not read makes the handler wait', async () => {
    let written = 0;
    const { url } = await serveTLS(apiServer(async (req, res) => {
      for (const end = 64 * 2 ** 20; written < end && res.write(new Uint8Array(2 ** 20)); ) written += 2 ** 20;
      res.once('drain', () => res.end('drained'));
      await new Promise((resolve) => req.ctx.onAbort(resolve));
    }));
    const stream = connectHTTP2(url).request({ ':path': '/' });
    await once(stream, 'response');
    expect(written).toBeLessThan(64 * 2 ** 20);
    const { body, rstCode } = await answerOf(stream);
    expect([body.slice(-7), rstCode]).toEqual(['drained', 0]);
  });

  test('a body that is too large is refused without being read to its end', async () => {
    const { url } = await serveTLS(apiServer(async (req, res) => {
      await limitedReadBody(req, 1000);
      res.end();
    }));
    const session = connectHTTP2(url);
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    const answer = answerOf(stream);
    stream.write(new Uint8Array(2 ** 20));
    expect(await answer).toMatchObject({ status: 413, rstCode: constants.NGHTTP2_NO_ERROR });
    expect(await ask(session, '/', { ':method': 'POST' }, 'small')).toMatchObject({ status: 200 });
  });

  test('the deadline answers 504, and cuts off what has begun', async () => {
    const late: unknown[] = [];
    const { url } = await serveTLS(apiServer((req, res) => {
      if (req.url === '/begun') res.write('half');
      req.ctx.onAbort(() => queueMicrotask(() => {
        res.setHeader('X-Late', '1');
        late.push(res.write('late'), res.end('later'));
      }));
    }, deadline(20)));
    const session = connectHTTP2(url);
    const { status, headers, body } = await ask(session, '/');
    expect([status, headers['x-late'], JSON.parse(body).reason]).toEqual([504, undefined, 'Timeout']);
    expect(await ask(session, '/begun')).toMatchObject({ status: 200, rstCode: constants.NGHTTP2_INTERNAL_ERROR });
    expect(late).toHaveLength(4);
  });

  test('CONNECT is a method like any other', async () => {
    const { url } = await serveTLS(apiServer((req, res) => void res.status(405).end(`${req.method} "${req.url}"`)));
    const session = connectHTTP2(url);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'example.org:443' });
    stream.end();
    expect(await answerOf(stream)).toMatchObject({ status: 405, body: 'CONNECT "*"' });
  });

  test('a method that nobody knows reaches the handler', async () => {
    const { url } = await serveTLS(apiServer((req, res) => void res.status(405).end(req.method)));
    expect(await ask(connectHTTP2(url), '/', { ':method': 'FOO' })).toMatchObject({ status: 405, body: 'FOO' });
  });

  test('each request carries the certificates of its connection', async () => {
    const { url } = await serveTLS((req, res) => void res.end(String('peerCertificates' in req && Array.isArray(req.peerCertificates) ? req.peerCertificates.length : 0)));
    const { cert, key } = client;
    const known = connectHTTP2(url, { cert, key });
    expect([(await ask(known, '/')).body, (await ask(known, '/')).body, (await ask(connectHTTP2(url), '/')).body]).toEqual(['1', '1', '0']);
  });
});

describe('a connection of HTTP/2', () => {
  test('that an answer closes gets GOAWAY, the whole answer, and those that were open', async () => {
    const slow = Promise.withResolvers<void>();
    const { url } = await serveTLS(apiServer(async (req, res) => {
      if (req.url === '/slow') await slow.promise;
      else closeConnection(req, res);
      res.end('x'.repeat(2 ** 20));
    }));
    const session = connectHTTP2(url);
    const goaway = once(session, 'goaway');
    const closed = once(session, 'close');
    const before = ask(session, '/slow');
    const answer = await ask(session, '/last');
    expect(answer.headers.connection).toBeUndefined();
    expect(answer.body).toHaveLength(2 ** 20);
    expect((await goaway)[0]).toBe(constants.NGHTTP2_NO_ERROR);
    slow.resolve();
    expect((await before).body).toHaveLength(2 ** 20);
    await closed;
  });

  test.each([
    [[], 100],
    [['--http2-max-streams-per-connection=3'], 3],
  ])('with %j may have %i requests open', async (flags, max) => {
    const { url } = await serveTLS(apiServer((_req, res) => void res.end()), ...flags);
    const session = connectHTTP2(url);
    await once(session, 'remoteSettings');
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: max, initialWindowSize: 2 ** 18, maxFrameSize: 2 ** 18 });
  });
});

describe('a server that shuts down', () => {
  test('answers what is open over HTTP/2, takes nothing new, and ends', async () => {
    const slow = Promise.withResolvers<void>();
    const { url, shutdown } = await serveTLS(apiServer(async (_req, res) => {
      await slow.promise;
      res.end('done');
    }));
    const session = connectHTTP2(url);
    const goaway = once(session, 'goaway');
    const open = ask(session, '/');
    await once(session, 'remoteSettings');
    await expect.poll(() => session.state.outboundQueueSize).toBe(0);
    const ended = shutdown(60_000);
    await goaway;
    slow.resolve();
    expect((await open).body).toBe('done');
    await ended;
    await expect(once(connectHTTP2(url), 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
