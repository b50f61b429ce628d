import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { LifecycleSignal } from '../http/lifecycle-signals.ts';
import { testServer } from './testing.ts';
import { withRetryAfter } from './with-retry-after.ts';

const serve = testServer(createServer);

test('lets all pass until no new request is taken, and then asks for another try on another connection', () => {
  const signal = new LifecycleSignal();
  return serve({ filters: [withRetryAfter(signal)] }, async (send) => {
    expect((await send('/api')).text).toBe('handled');
    signal.signal();
    const { status, headers, text } = await send('/api');
    expect([status, headers.get('Retry-After'), headers.get('Connection'), text]).toEqual([429, '5', 'close', 'The apiserver is shutting down, please try again later.\n']);
  });
});

test.each([
  ['/readyz?verbose', undefined],
  ['/livez/ping', undefined],
  ['/healthz', undefined],
  ['/metrics', undefined],
  ['/api', 'kube-apiserver/v1.36.2'],
])('lets %s of %s pass all the same', (path, userAgent) => {
  const signal = new LifecycleSignal();
  signal.signal();
  return serve({ filters: [withRetryAfter(signal)] }, async (send) => {
    expect((await send(path, userAgent === undefined ? {} : { headers: { 'User-Agent': userAgent } })).status).toBe(200);
  });
});
