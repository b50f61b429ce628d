/**
 * Says when a file may have changed: as the directory tells, and every so often in case it does not.
 *
 * Upstream: WatchUntil of k8s.io/apiserver/pkg/util/filesystem. It keeps no process alive, and ends with it.
 */
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A mounted ConfigMap is exchanged as a whole, by a link of this name. */
const MOUNTED = '..data';

export function watchUntil(file: string, pollInterval: number, changed: () => void): void {
  setInterval(changed, pollInterval).unref();
  const names: (string | null)[] = [basename(file), MOUNTED, null];
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (names.includes(name)) changed();
    });
    watcher.on('error', () => watcher.close());
  } catch {
    // a machine watches only so many
  }
}
