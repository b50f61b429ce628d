import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { testServer } from './testing.ts';
import { withCORS } from './with-cors.ts';

const serve = testServer(createServer);
const filters = [withCORS([/^https:\/\/example\.com$/, /localhost/])];

test.each([
  ['https://example.com', true],
  ['http://localhost:3000', true],
  ['https://example.com.evil.org', false],
  [undefined, false],
])('origin %s is let in: %s', (origin, allowed) =>
  serve({ filters }, async (send) => {
    const { status, headers, text } = await send('/', origin === undefined ? {} : { headers: { Origin: origin } });
    expect(status).toBe(200);
    expect(text).toBe('handled');
    expect(headers.get('Access-Control-Allow-Origin')).toBe(allowed ? origin : null);
    expect(headers.get('Access-Control-Allow-Credentials')).toBe(allowed ? 'true' : null);
  }));

test('answers a preflight itself', () =>
  serve({ filters }, async (send) => {
    const { status, headers, text } = await send('/', { method: 'OPTIONS', headers: { Origin: 'https://example.com' } });
    expect(status).toBe(204);
    expect(text).toBe('');
    expect(headers.get('Access-Control-Allow-Methods')).toBe('POST, GET, OPTIONS, PUT, DELETE, PATCH');
    expect(headers.get('Access-Control-Expose-Headers')).toBe('Date');
  }));

test('lets nobody in without patterns', () =>
  serve({ filters: [withCORS([])] }, async (send) => {
    expect((await send('/', { headers: { Origin: 'https://example.com' } })).headers.get('Access-Control-Allow-Origin')).toBeNull();
  }));
