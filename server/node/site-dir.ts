/** Where the built site lies, if it has been built. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function builtSite(): string | undefined {
  const dir = fileURLToPath(new URL('../../dist', import.meta.url));
  return existsSync(dir) ? dir : undefined;
}
