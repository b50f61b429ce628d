/** The chapters, in reading order: the files of `chapters/` by number, then those without one. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './root.ts';

export interface Chapter {
  /** `01-handler`: the name of its file, of its recordings, and what its number is for. */
  name: string;
  /** `handler`: the last part of its address; the introduction's is empty. */
  slug: string;
  source: string;
}

export function chapters(folder = join(root, 'chapters')): Chapter[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.mdx'))
    .sort()
    .map((file) => {
      const name = basename(file, '.mdx');
      const slug = name.replace(/^\d+-/, '');
      return { name, slug: slug === 'introduction' ? '' : slug, source: readFileSync(join(folder, file), 'utf8') };
    });
}
