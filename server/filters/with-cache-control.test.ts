import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { given, testServer } from './testing.ts';
import { withCacheControl } from './with-cache-control.ts';

const serve = testServer(createServer);

test('keeps answers out of caches', () =>
  serve({ filters: [withCacheControl()] }, async (send) => {
    expect((await send('/')).headers.get('Cache-Control')).toBe('no-cache, private');
  }));

test('leaves what a filter before it has said', () =>
  serve({ filters: [given((req) => void req.res?.setHeader('Cache-Control', 'public')), withCacheControl()] }, async (send) => {
    expect((await send('/')).headers.get('Cache-Control')).toBe('public');
  }));
