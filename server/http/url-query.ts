/**
 * The query of a request as Go's `URL.Query` has it: what is not written as it should be, a semicolon or a broken escape in
 * it, does not count. What a request is about and what it is answered are both read from this.
 *
 * Upstream: net/url (ParseQuery). Bytes that are no UTF-8, which Go keeps, become U+FFFD.
 */
export function urlQuery(target: string): URLSearchParams {
  const mark = target.indexOf('?');
  // a question mark more would be a key's, but URLSearchParams passes over the first
  const query = mark < 0 ? '' : target.slice(mark);
  if (!/[;%]/.test(query)) return new URLSearchParams(query);
  return new URLSearchParams(`?${query.slice(1).split('&').filter(isWellFormed).join('&')}`);
}

const isWellFormed = (pair: string) => !/;|%(?![0-9a-f]{2})/i.test(pair);
