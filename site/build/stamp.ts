/** Whether the built site is that of the files as they are now: a hash of everything that goes into it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

const inputs = ['astro.config.mjs', 'package-lock.json', 'chapters', 'server', 'site'];
const stampFile = join(root, 'dist/.stamp');

export function inputHash(): string {
  const hash = createHash('sha256').update(`${process.env.SITE_BASE ?? ''} ${process.env.SITE_URL ?? ''}`);
  for (const input of inputs) for (const file of filesOf(input)) hash.update(file).update('\0').update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function filesOf(input: string): string[] {
  if (statSync(join(root, input)).isFile()) return [input];
  return readdirSync(join(root, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !file.startsWith('site/generated/'))
    .sort();
}

export function isFresh(): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === inputHash();
}

export function writeStamp(hash: string): void {
  writeFileSync(stampFile, hash);
}

/** For `npm start`: builds the site if it is not that of the files as they are. */
export async function buildIfStale(): Promise<void> {
  if (isFresh()) return;
  console.log('building the site');
  const { buildSite } = await import('./main.ts');
  await buildSite();
}
