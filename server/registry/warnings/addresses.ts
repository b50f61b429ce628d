/**
 * Addresses that are written in an unusual way.
 *
 * Upstream: GetWarningsForIP and GetWarningsForCIDR of k8s.io/apimachinery/pkg/util/validation/ip.go. Leaves out IPv4
 * addresses with leading zeros, which nothing here reads.
 */
import { struct, structs, text } from '../../apimachinery/access.ts';
import { newPath } from '../../apimachinery/field.ts';
import type { Path } from '../../apimachinery/field.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { bits, formatCIDR, formatIP, isMasked, parseCIDR, parseIP } from '../../apimachinery/validation/ips.ts';

export function warningsForIP(address: string, path: Path): string[] {
  const ip = parseIP(address);
  if (!ip || formatIP(ip) === address) return [];
  return [`${path.toString()}: IPv6 address ${quote(address)} should be in RFC 5952 canonical format (${quote(formatIP(ip))})`];
}

export function warningsForCIDR(range: string, path: Path): string[] {
  const cidr = parseCIDR(range);
  if (!cidr) return [];
  const network = formatCIDR(cidr);
  if (!isMasked(cidr)) return [`${path.toString()}: CIDR value ${quote(range)} is ambiguous in this context (should be ${quote(network)} or ${quote(`${formatIP(cidr)}/${bits(cidr)}`)}?)`];
  return network === range ? [] : [`${path.toString()}: IPv6 CIDR value ${quote(range)} should be in RFC 5952 canonical format (${quote(network)})`];
}

/** Where Services and Ingresses are entered. */
export function warningsForLoadBalancer(obj: KubeObject): string[] {
  const at = newPath('status', 'loadBalancer', 'ingress');
  return structs(struct(struct(obj, 'status'), 'loadBalancer'), 'ingress').flatMap((ingress, i) => warningsForIP(text(ingress, 'ip'), at.index(i)));
}
