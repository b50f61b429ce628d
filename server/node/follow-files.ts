/**
 * Reads files again when they change. What cannot be taken over is told, and what was taken over last goes on.
 *
 * Upstream: the controllers of k8s.io/apiserver/pkg/server/dynamiccertificates, which watch each file and look at it
 * once a minute besides. It keeps no process alive.
 */
import { unwatchFile, watchFile } from 'node:fs';

/** How often the files are looked at: a link that leads elsewhere is seen, too. */
const INTERVAL = 1000;

/** Answers what ends it. */
export function followFiles<T>(files: readonly string[], load: () => Promise<T>, use: (loaded: T) => void, failed: (err: unknown) => void): () => void {
  let turn = Promise.resolve();
  const reload = () => void (turn = turn.then(load).then(use).catch(failed));
  for (const file of files) watchFile(file, { interval: INTERVAL, persistent: false }, reload);
  return () => files.forEach((file) => unwatchFile(file, reload));
}
