/** Where code can be read, in the browser: our source on this site; upstream's by a map that is fetched when first needed. */
import { ownName, sourceHref } from '../source-href.ts';
import type { CodeLinks } from '../view/trace-detail.ts';

const base = import.meta.env.BASE_URL.replace(/\/$/, '');
let map: Record<string, Record<string, string>> = {};
let asked: Promise<void> | undefined;

export function loadLinks(): Promise<void> {
  return (asked ??= fetch(`${base}/upstream.json`)
    .then(async (response) => void (map = (await response.json()) as typeof map))
    .catch(() => undefined));
}

export const pageLinks: CodeLinks = {
  source: sourceHref,
  upstream: (file, fn) => map[file]?.[ownName(fn).toLowerCase()] ?? map[file]?.[''],
};
