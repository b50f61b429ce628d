/** What the worker is built with, by the site and by the tests that weigh it. */
import type { Plugin } from 'vite';
import { keepFilterNames } from './keep-filter-names.ts';
import { workerPlugin } from './worker-plugin.ts';

export function workerPlugins(): Plugin[] {
  return [workerPlugin(), keepFilterNames()];
}
