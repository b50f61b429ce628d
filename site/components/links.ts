/** Where what is drawn at build leads: our source and the recordings on this site, upstream's source on GitHub. */
import { upstreamLinks } from '../build/code-map.ts';
import { ownName, sourceHref } from './source-href.ts';
import type { CodeLinks } from './view/trace-detail.ts';

export const siteLinks: CodeLinks = {
  source: sourceHref,
  upstream: (file, fn) => upstreamLinks()[file]?.[ownName(fn).toLowerCase()] ?? upstreamLinks()[file]?.[''],
};

/** All of a recording, of which its page shows what can be read without scripts. */
export function recordingHref(chapter: string, id: string): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/recordings/${chapter}/${id}.json`;
}
