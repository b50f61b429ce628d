/**
 * The path of a request as Go's `URL.Path` has it: without the query, percent-decoded as a whole, slashes as they came.
 *
 * Upstream: net/url. A malformed escape, which Go's server refuses before any handler, stays as it was written.
 */
export function urlPath(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
