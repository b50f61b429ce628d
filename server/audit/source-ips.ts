/**
 * The addresses that a request came by: those that proxies named, which may be made up, and last the peer's own.
 *
 * Upstream: SourceIPs of k8s.io/apimachinery/pkg/util/net/http.go.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface Addressed {
  headers: IncomingHttpHeaders;
  socket?: { remoteAddress?: string | undefined };
}

const ipv4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const ipv6 = /^(?=[^:]*:)[0-9a-f:]*(?:(?:\d{1,3}\.){3}\d{1,3})?$/i;

/** Go prints an IPv4 address that is mapped into IPv6 as IPv4. */
function parseIP(text: string): string | undefined {
  const trimmed = text.trim().replace(/^::ffff:(?=\d+\.)/i, '');
  if (ipv4.test(trimmed)) return trimmed.split('.').every((n) => Number(n) < 256) ? trimmed : undefined;
  return ipv6.test(trimmed) ? trimmed : undefined;
}

export function sourceIPs({ headers, socket }: Addressed): string[] {
  const forwarded = headers['x-forwarded-for'];
  const list = typeof forwarded === 'string' ? forwarded.split(',') : (forwarded ?? []);
  const ips = list.map(parseIP).filter((ip) => ip !== undefined);
  const real = typeof headers['x-real-ip'] === 'string' ? parseIP(headers['x-real-ip']) : undefined;
  if (real !== undefined && !ips.includes(real)) ips.push(real);
  const remote = socket?.remoteAddress === undefined ? undefined : parseIP(socket.remoteAddress);
  if (remote !== undefined && ips.at(-1) !== remote) ips.push(remote);
  return ips;
}
