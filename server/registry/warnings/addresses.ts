/**
 * Addresses that are written in an unusual way.
 *
 * Upstream: GetWarningsForIP and GetWarningsForCIDR of k8s.io/apimachinery/pkg/util/validation/ip.go. Leaves out IPv4
 * addresses with leading zeros, which nothing here reads.
 */
import type { Path } from '../../apimachinery/field.ts';
import { quote } from '../../apimachinery/quote.ts';
import { bits, formatIP, isMasked, parseCIDR, parseIP } from '../../apimachinery/validation/ips.ts';

export function warningsForIP(text: string, path: Path): string[] {
  const ip = parseIP(text);
  if (!ip || formatIP(ip) === text) return [];
  return [`${path.toString()}: IPv6 address ${quote(text)} should be in RFC 5952 canonical format (${quote(formatIP(ip))})`];
}

export function warningsForCIDR(text: string, path: Path): string[] {
  const cidr = parseCIDR(text);
  if (!cidr) return [];
  const host = BigInt(bits(cidr) - cidr.prefix);
  const network = `${formatIP({ version: cidr.version, value: (cidr.value >> host) << host })}/${cidr.prefix}`;
  if (!isMasked(cidr)) return [`${path.toString()}: CIDR value ${quote(text)} is ambiguous in this context (should be ${quote(network)} or ${quote(`${formatIP(cidr)}/${bits(cidr)}`)}?)`];
  return network === text ? [] : [`${path.toString()}: IPv6 CIDR value ${quote(text)} should be in RFC 5952 canonical format (${quote(network)})`];
}
