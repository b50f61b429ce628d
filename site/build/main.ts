/** `npm run build`: records the requests, builds the pages and the worker into dist/, checks the links. */
import { join } from 'node:path';
import { build } from 'astro';
import { brokenLinks } from './link-check.ts';
import { record } from './record.ts';
import { root } from './root.ts';
import { inputHash, writeStamp } from './stamp.ts';

export async function buildSite(): Promise<void> {
  process.env.ASTRO_TELEMETRY_DISABLED = '1';
  const hash = inputHash();
  await record();
  await build({ root, logLevel: 'error', force: true });
  const base = `/${(process.env.SITE_BASE ?? '').replace(/^\/|\/$/g, '')}/`.replace('//', '/');
  const broken = brokenLinks(join(root, 'dist'), base);
  if (broken.length > 0) throw new Error(`broken links:\n  ${broken.join('\n  ')}`);
  writeStamp(hash);
}

if (import.meta.main) {
  const began = performance.now();
  try {
    await buildSite();
    console.log(`built dist/ in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    process.exit(0);
  } catch (err) {
    console.error(err instanceof Error ? err.message : err);
    process.exit(1);
  }
}
