import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildWorker } from './build-worker.ts';

test("the page's worker weighs at most 250 KB, gzipped, with all stages and all facts; only YAML comes later", async () => {
  const { initial, later } = await buildWorker(fileURLToPath(new URL('./worker.ts', import.meta.url)));
  const weight = initial.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  expect(weight).toBeLessThanOrEqual(250 * 1024);
  expect(later).toEqual([expect.objectContaining({ code: expect.stringContaining('YAML') })]);
}, 60_000);

test('what imports a module of Node that has no stand-in is not built', async () => {
  const entry = fileURLToPath(new URL('./build-worker.ts', import.meta.url));
  await expect(buildWorker(entry)).rejects.toThrow(/node:\w+ has no stand-in in the worker/);
}, 60_000);
