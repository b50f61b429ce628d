/**
 * Reads the file of `--authorization-config` again when it changes. What cannot be taken over is told, and the last one
 * that could be goes on.
 *
 * Upstream: pkg/kubeapiserver/authorizer/reload.go (runReload, checkFile). Leaves out the metrics.
 */
import { readFile } from 'node:fs/promises';
import { deepEqual } from '../apimachinery/deep.ts';
import type { Logger } from '../observe/logger.ts';
import type { AuthorizationMode } from '../stages/authorizers.ts';
import { loadAuthorizationConfiguration } from './authorization-configuration.ts';
import type { AuthorizerConfiguration } from './authorization-configuration.ts';
import { watchUntil } from './watch-until.ts';

const RELOAD_INTERVAL = 60_000;
/** Made once, when the server starts: with what they go by. */
const KEPT = ['Node', 'RBAC', 'ABAC'];

export interface Loaded {
  content: string;
  configuration: AuthorizerConfiguration[];
  authorizers: readonly AuthorizationMode[];
}

/** Answers what the file says by now. */
export function reloadAuthorization(file: string, initial: Loaded, build: (each: AuthorizerConfiguration) => Promise<AuthorizationMode>, log: Logger): () => readonly AuthorizationMode[] {
  const types = initial.configuration.map(({ type }) => type);
  const required = types.filter((type) => type !== 'Webhook');
  let { content, configuration, authorizers } = initial;
  let checking = Promise.resolve();
  watchUntil(file, RELOAD_INTERVAL, () => void (checking = checking.then(checkFile)));
  return () => authorizers;

  async function checkFile(): Promise<void> {
    try {
      const read = await readFile(file, 'utf8');
      if (read === content) return;
      content = read;
      const loaded = loadAuthorizationConfiguration(read, required);
      if (deepEqual(loaded, configuration)) return;
      configuration = loaded;
      const added = loaded.find(({ type }) => KEPT.includes(type) && !types.includes(type));
      if (added) throw new Error(`authorizer type ${added.type} is not allowed if it was not enabled at initial server startup`);
      authorizers = await Promise.all(loaded.map(build));
    } catch (err) {
      log.error(err, 'reloading authorization config');
    }
  }
}
