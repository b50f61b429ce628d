import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delayedHealthCheck, installPathHandler, logHealthz, pingHealthz } from './health.ts';
import { PathRecorderMux } from './path-recorder-mux.ts';
import { type Server, serve } from './serve.test-util.ts';

let server: Server;
let etcdIsUp = true;

beforeAll(async () => {
  const mux = new PathRecorderMux();
  const etcd = {
    name: 'etcd',
    async check() {
      if (!etcdIsUp) throw new Error('connection refused');
    },
  };
  installPathHandler(mux, '/livez', [pingHealthz, logHealthz, etcd]);
  installPathHandler(mux, '/healthz', []);
  server = await serve(mux.handler);
});
afterAll(() => server.close());

const get = async (path: string) => {
  const res = await fetch(server.url + path);
  return [res.status, await res.text()];
};

describe('a server whose checks pass', () => {
  it.each([
    ['/livez', 200, 'ok'],
    ['/livez/ping', 200, 'ok'],
    ['/livez/etcd?verbose', 200, 'ok'],
    ['/healthz/ping', 200, 'ok'],
    ['/livez?verbose', 200, '[+]ping ok\n[+]log ok\n[+]etcd ok\nlivez check passed\n'],
    ['/livez?verbose&exclude=etcd', 200, '[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\nlivez check passed\n'],
    [
      '/livez?verbose&exclude=y&exclude=x',
      200,
      '[+]ping ok\n[+]log ok\n[+]etcd ok\nwarn: some health checks cannot be excluded: no matches for "x","y"\nlivez check passed\n',
    ],
    ['/livez/nosuch', 404, '404 page not found\n'],
  ])('answers %s with %i', async (path, status, text) => {
    expect(await get(path)).toEqual([status, text]);
  });
});

describe('a server one of whose checks fails', () => {
  beforeAll(() => {
    etcdIsUp = false;
  });

  it.each([
    ['/livez', 500, '[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\nlivez check failed\n'],
    ['/livez/etcd', 500, 'internal server error: connection refused\n'],
    ['/livez?exclude=etcd', 200, 'ok'],
  ])('answers %s with %i', async (path, status, text) => {
    expect(await get(path)).toEqual([status, text]);
  });
});

describe('a check that is given time', () => {
  it('passes until the time is over, and then says how it is', async () => {
    const clock = { time: 0, now: () => clock.time };
    let well = false;
    const { name, check } = delayedHealthCheck({ name: 'hook', check: () => expect(well).toBe(true) }, clock, 1000);
    expect(name).toBe('hook');
    for (const [time, isWell, passes] of [[1000, false, true], [1001, false, false], [1001, true, true]] as const) {
      clock.time = time;
      well = isWell;
      expect(await Promise.resolve().then(check).then(() => true, () => false)).toBe(passes);
    }
  });
});
