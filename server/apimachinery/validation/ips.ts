/**
 * Addresses as numbers, and ranges of them.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/validation/ip.go, k8s.io/utils/net.
 */
import { invalid } from '../field.ts';
import type { FieldError, Path } from '../field.ts';

export interface IP {
  version: 4 | 6;
  value: bigint;
}

export interface CIDR extends IP {
  prefix: number;
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;

export function isIPv4(ip: string): boolean {
  return ipv4.test(ip) && !ip.endsWith('.');
}

export function isIPv6(ip: string): boolean {
  if (!ip.includes(':') || /[^0-9a-fA-F:.]/.test(ip)) return false;
  return URL.canParse(`http://[${ip}]/`);
}

function groups(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

export function parseIP(text: string): IP | undefined {
  if (isIPv4(text)) return { version: 4, value: text.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) };
  if (!isIPv6(text)) return undefined;
  const [head = '', tail] = text.split('::');
  const [left, right] = [groups(head), groups(tail ?? '')];
  const all = tail === undefined ? left : [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  return { version: 6, value: all.reduce((sum, group) => sum * 65536n + BigInt(group), 0n) };
}

export const bits = ({ version }: IP) => (version === 4 ? 32 : 128);

export function parseCIDR(text: string): CIDR | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const ip = parseIP(address);
  if (!ip || prefix === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits(ip)) return undefined;
  return { ...ip, prefix: Number(prefix) };
}

const network = (cidr: CIDR, prefix: number) => cidr.value >> BigInt(bits(cidr) - prefix);

/** Whether a range lies in another and is smaller. */
export function isStrictSubset(inner: CIDR, outer: CIDR): boolean {
  return inner.version === outer.version && inner.prefix > outer.prefix && network(inner, outer.prefix) === network(outer, outer.prefix);
}

/** Whether an address lies in a range. */
export function isWithin(ip: IP, range: CIDR): boolean {
  return ip.version === range.version && network({ ...ip, prefix: range.prefix }, range.prefix) === network(range, range.prefix);
}

/** Whether a range is written by its first address. */
export function isMasked(cidr: CIDR): boolean {
  return network(cidr, cidr.prefix) << BigInt(bits(cidr) - cidr.prefix) === cidr.value;
}

/** The one way to write an address (RFC 5952). */
export function formatIP({ version, value }: IP): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const parts = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const runs = parts.map((_, i) => parts.slice(i).findIndex((part) => part !== '0')).map((length, i) => (length < 0 ? 8 - i : length));
  const longest = Math.max(...runs);
  if (longest < 2) return parts.join(':');
  const start = runs.indexOf(longest);
  return `${parts.slice(0, start).join(':')}::${parts.slice(start + longest).join(':')}`;
}

/** The one way to write a range: from its first address. */
export function formatCIDR({ version, value, prefix }: CIDR): string {
  const host = BigInt(bits({ version, value }) - prefix);
  return `${formatIP({ version, value: (value >> host) << host })}/${prefix}`;
}

/** An address written in the one way that new kinds accept. */
export function validateCanonicalIP(text: string, path: Path): FieldError[] {
  const ip = parseIP(text);
  if (!ip) return [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  const canonical = formatIP(ip);
  return canonical === text ? [] : [invalid(path, text, `must be in canonical form ("${canonical}")`)];
}

/** A range written in the one way that new kinds accept: from its first address. */
export function validateCanonicalCIDR(text: string, path: Path): FieldError[] {
  const cidr = parseCIDR(text);
  if (!cidr) return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  const canonical = formatCIDR(cidr);
  if (!isMasked(cidr)) return [invalid(path, text, 'must not have bits set beyond the prefix length')];
  return canonical === text ? [] : [invalid(path, text, `must be in canonical form ("${canonical}")`)];
}

/** An address and the length of its network's prefix, written in the one way that new kinds accept. */
export function validateInterfaceAddress(text: string, path: Path): FieldError[] {
  const cidr = parseCIDR(text);
  if (!cidr) return [invalid(path, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')];
  const canonical = `${formatIP(cidr)}/${cidr.prefix}`;
  return canonical === text ? [] : [invalid(path, text, `must be in canonical form ("${canonical}")`)];
}
