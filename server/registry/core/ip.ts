/**
 * IPv4 in numbers, and which addresses a proxy may go to.
 *
 * Upstream: Go's net and net/netip.
 */
import { parseCIDR, parseIP } from '../../apimachinery/validation/ips.ts';

/** The number of a dotted IPv4 address; undefined for anything else, leading zeros among it. */
export function parseIPv4(text: string): number | undefined {
  const ip = parseIP(text);
  return ip?.version === 4 ? Number(ip.value) : undefined;
}

export function formatIPv4(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** `10.0.0.0/24` as its first address and how many there are; undefined for what is no IPv4 network. */
export function parseIPv4CIDR(text: string): { base: number; size: number } | undefined {
  const cidr = parseCIDR(text);
  if (cidr?.version !== 4) return undefined;
  const size = 2 ** (32 - cidr.prefix);
  const address = Number(cidr.value);
  return { base: address - (address % size), size };
}

/** Neither unspecified, nor loopback, link-local, multicast, broadcast; undefined for what is no address. */
export function isGlobalUnicast(text: string): boolean | undefined {
  const ip = parseIP(text);
  if (!ip) return undefined;
  const [first, second] = [Number(ip.value >> (ip.version === 4 ? 24n : 120n)), Number((ip.value >> (ip.version === 4 ? 16n : 112n)) & 255n)];
  if (ip.version === 6) return ip.value > 1n && first !== 0xff && !(first === 0xfe && second >> 6 === 0b10);
  return ip.value !== 0n && ip.value !== 0xffffffffn && first !== 127 && !(first === 169 && second === 254) && (first < 224 || first > 239);
}
