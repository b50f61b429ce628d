/**
 * The Vite plugin that lets Express and the server run in a worker: Node's modules, and the packages that only make
 * sense on a machine, are resolved to stand-ins. Give it to the build that makes the worker (`worker.plugins`).
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const shim = (file: string) => fileURLToPath(new URL(`./http-shim/${file}`, import.meta.url));
const installed = (path: string) => createRequire(import.meta.url).resolve(path);

/** With and without `node:`. */
const standIns: Record<string, string> = {
  events: installed('events/'),
  path: shim('path.ts'),
  buffer: shim('buffer.ts'),
  http: shim('http.ts'),
  net: shim('net.ts'),
  process: shim('process.ts'),
  qs: shim('querystring.ts'),
  querystring: shim('querystring.ts'),
  stream: shim('stream.ts'),
  url: shim('url.ts'),
  'iconv-lite': shim('iconv-lite.ts'),
  'mime-db': shim('mime-db.json'),
  'proxy-addr': shim('proxy-addr.ts'),
  debug: shim('debug.ts'),
};

/** Itself imports the real one. */
const yaml = fileURLToPath(new URL('./yaml-on-demand.ts', import.meta.url));

const nothing = ['async_hooks', 'crypto', 'diagnostics_channel', 'fs', 'https', 'tty', 'zlib', 'send', 'serve-static', 'content-disposition', 'long'];

export function workerPlugin(): Plugin {
  return {
    name: 'journey:worker',
    enforce: 'pre',
    resolveId(source, importer) {
      const name = source.replace(/^node:/, '');
      if (nothing.includes(name)) return shim('nothing.ts');
      if (Object.hasOwn(standIns, name)) return standIns[name];
      if (source === 'yaml' && importer !== yaml) return yaml;
      if (source.startsWith('node:')) this.error(`${source} has no stand-in in the worker`);
      return undefined;
    },
  };
}
