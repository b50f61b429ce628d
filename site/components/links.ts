/** Where code can be read, for what is drawn at build: our source on this site, upstream's on GitHub. */
import { upstreamLinks } from '../build/code-map.ts';
import { ownName, sourceHref } from './source-href.ts';
import type { CodeLinks } from './view/trace-detail.ts';

export const siteLinks: CodeLinks = {
  source: sourceHref,
  upstream: (file, fn) => upstreamLinks()[file]?.[ownName(fn).toLowerCase()] ?? upstreamLinks()[file]?.[''],
};
