/** Tests of the built site: its address, and a page that must not complain. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, expect } from '@playwright/test';
import { newSiteApp } from '../server/node/lab-site.ts';
import { buildIfStale } from '../site/build/stamp.ts';

export { expect };

export const test = base.extend<{ complaints: undefined }, { url: string }>({
  url: [
    async ({}, use) => {
      await buildIfStale();
      const site = createServer(newSiteApp('dist')).listen(0, '127.0.0.1');
      await once(site, 'listening');
      await use(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
      site.closeAllConnections();
      site.close();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (err) => complaints.push(err.message));
      // An answer with an error status is what some requests are for.
      page.on('console', (message) => message.type() === 'error' && !message.text().includes('Failed to load resource') && complaints.push(message.text()));
      await use(undefined);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});
