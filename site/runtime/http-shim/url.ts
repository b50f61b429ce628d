/** `node:url`, of which parseurl asks to take a request's target apart. */
export class Url {
  href = '';
  path: string | null = null;
  pathname: string | null = null;
  search: string | null = null;
  query: string | null = null;
  hash: string | null = null;
}

export function parse(target: string): Url {
  const [, pathname = '', search, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(target) ?? [];
  const query = search === undefined ? null : search.slice(1);
  return Object.assign(new Url(), { href: target, path: pathname + (search ?? ''), pathname, search: search ?? null, query, hash: hash ?? null });
}
