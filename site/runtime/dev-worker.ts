/**
 * The worker under `astro dev`: built as it is for the site, and again when a file has changed. Vite would serve its
 * modules one by one, without the stand-ins.
 */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import type { Chunk } from './build-worker.ts';

const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));

export function devWorker(): Plugin {
  return {
    name: 'journey:dev-worker',
    apply: 'serve',
    configureServer({ middlewares, watcher }) {
      let building: Promise<[Chunk, ...Chunk[]]> | undefined;
      watcher.on('change', () => (building = undefined));
      middlewares.use(function serveWorker({ url = '' }, res, next) {
        const [, name] = /\/site\/runtime\/([\w-]+\.js|worker\.ts(?=\?worker_file))/.exec(url) ?? [];
        if (name === undefined) return next();
        building ??= import('./build-worker.ts').then(({ buildWorker }) => buildWorker(entry));
        building.then((chunks) => {
          const chunk = name === basename(entry) ? chunks[0] : chunks.find(({ fileName }) => fileName === name);
          if (!chunk) return next();
          res.setHeader('Content-Type', 'text/javascript');
          res.end(chunk.code);
        }, next);
      });
    },
  };
}
