import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { testServer } from './testing.ts';
import { withHSTS } from './with-hsts.ts';

test('tells browsers its directives', () =>
  testServer(createServer)({ filters: [withHSTS(['max-age=31536000', 'includeSubDomains'])] }, async (send) => {
    expect((await send('/')).headers.get('Strict-Transport-Security')).toBe('max-age=31536000; includeSubDomains');
  }));
