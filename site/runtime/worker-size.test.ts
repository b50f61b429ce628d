import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { stageNames } from '../../server/stages/index.ts';
import { buildWorker, loadedWith } from './build-worker.ts';
import type { Chunk } from './build-worker.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe("the page's worker", () => {
  let chunks: [Chunk, ...Chunk[]];
  beforeAll(async () => void (chunks = await buildWorker(file('./worker.ts'))), 60_000);

  /** What the page loads until these modules, imported on demand, have started. */
  function loadedFor(paths: readonly string[]): Chunk[] {
    const onDemand = paths.map((path) => chunks.find(({ facadeModuleId }) => facadeModuleId === file(`../../${path}`)));
    expect(onDemand).not.toContain(undefined);
    return [...loadedWith([chunks[0], ...onDemand.filter((chunk) => chunk !== undefined)], chunks)];
  }
  const stageFiles = (names: readonly string[]) => names.map((name) => `server/stages/${name}.ts`);

  // A stage that stores is shown with what it stores, which is read by its codecs.
  test.each([
    { what: 'before any stage', paths: [], limit: 30 },
    { what: 'when the first chapter is answered', paths: stageFiles(['handler']), limit: 60 },
    { what: 'when the filters are', paths: stageFiles(['filters']), limit: 100 },
    { what: 'with all stages', paths: [...stageFiles(stageNames), 'server/observe/lab/stored-object.ts'], limit: 400 },
  ])('weighs at most $limit KB, gzipped, $what', ({ paths, limit }) => {
    const bytes = loadedFor(paths).reduce((sum, { code }) => sum + gzipSync(code).length, 0);
    expect(bytes / 1024).toBeLessThanOrEqual(limit);
  });

  test('loads controllers for the stage alone that runs them', () => {
    const sayWhoTheyAre = (paths: readonly string[]) => loadedFor(paths).filter(({ code }) => code.includes('kube-controller-manager/v')).length;
    expect(sayWhoTheyAre(stageFiles(stageNames.filter((name) => name !== 'informer')))).toBe(0);
    expect(sayWhoTheyAre(stageFiles(['informer']))).toBe(1);
  });

  test('loads YAML only when a request speaks it', () => {
    const always = loadedFor([...stageFiles(stageNames), 'server/observe/lab/stored-object.ts']);
    const later = chunks.filter((chunk) => !always.includes(chunk));
    expect(later).toEqual([expect.objectContaining({ facadeModuleId: expect.stringContaining('/node_modules/yaml/') })]);
  });
});

test('what imports a module of Node that has no stand-in is not built', async () => {
  await expect(buildWorker(file('./build-worker.ts'))).rejects.toThrow(/node:\w+ has no stand-in in the worker/);
}, 60_000);
