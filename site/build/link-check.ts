/** Every link inside the built site leads to a page that is there, and to a place on it. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export function brokenLinks(dist: string, base = '/'): string[] {
  const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  const ids = new Map<string, Set<string>>();
  const idsOf = (file: string): Set<string> => {
    const known = ids.get(file) ?? new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map((match) => match[1] ?? ''));
    ids.set(file, known);
    return known;
  };
  return pages.flatMap((page) => {
    const links = new Set([...readFileSync(join(dist, page), 'utf8').matchAll(/<a\s[^>]*?href="([^"]+)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&')));
    return [...links].filter((href) => !/^(https?:|mailto:)/.test(href)).flatMap((href) => {
      const [path = '', fragment = ''] = href.split('#');
      const file = path === '' ? join(dist, page) : fileFor(dist, page, path.split('?')[0] ?? '', base);
      if (file === undefined) return [`${page}: ${href} leads nowhere`];
      const id = decodeURIComponent(fragment.split('?')[0] ?? '');
      return id === '' || id === '_top' || !file.endsWith('.html') || idsOf(file).has(id) ? [] : [`${page}: ${href}: there is no #${id}`];
    });
  });
}

function fileFor(dist: string, page: string, path: string, base: string): string | undefined {
  if (path.startsWith('/') && !path.startsWith(base)) return undefined;
  const target = path.startsWith('/') ? join(dist, path.slice(base.length)) : resolve(join(dist, dirname(page)), path);
  const candidates = [target, join(target, 'index.html'), `${target}.html`];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}
