import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from 'vite';
import { devWorker } from './dev-worker.ts';

test('the development server serves the worker as it is built, and everything else as ever', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const server = await createServer({ configFile: false, root, logLevel: 'silent', plugins: [devWorker()], optimizeDeps: { noDiscovery: true }, server: { host: '127.0.0.1', port: 0, ws: false, watch: null } });
  onTestFinished(() => server.close());
  await server.listen();
  const [url] = server.resolvedUrls?.local ?? [];
  const get = async (path: string) => {
    const response = await fetch(new URL(path, url));
    return { type: response.headers.get('content-type'), code: await response.text() };
  };
  const worker = await get('/site/runtime/worker.ts?worker_file&type=module');
  expect(worker).toMatchObject({ type: 'text/javascript', code: expect.stringMatching(/import\(.\.\/handler\.js.\)/) });
  expect(await get('/site/runtime/handler.js')).toMatchObject({ type: 'text/javascript', code: expect.stringContaining('configMapHandler') });
  expect((await get('/site/runtime/page-users.ts')).code).toContain('export const PAGE_USERS');
}, 60_000);
