/**
 * The path of a request as Go's `URL.Path` has it: without the scheme and host that a target may name, without the query,
 * its escapes undone, its slashes as they came. What a request is about and who answers it are both read from this: two
 * ways of reading would be a way around authorization.
 *
 * Upstream: net/url. Bytes that are no UTF-8, which Go keeps, become U+FFFD.
 */
export function urlPath(target: string): string {
  const end = target.indexOf('?');
  const whole = end < 0 ? target : target.slice(0, end);
  const path = whole.startsWith('/') ? whole : whole.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/(?:%[0-9a-f]{2})+/gi, decodeLossily);
  }
}

/** What is wrong with the escapes of a path; Go's server refuses it before any handler. */
export function malformedEscape(target: string): string | undefined {
  const [path = ''] = target.split('?', 1);
  return /%(?![0-9a-f]{2}).{0,2}/i.exec(path)?.[0];
}

function decodeLossily(escapes: string): string {
  const bytes = Uint8Array.from(escapes.slice(1).split('%'), (hex) => Number.parseInt(hex, 16));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
