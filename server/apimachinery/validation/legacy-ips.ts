/**
 * Addresses and ranges in fields that are older than the rule of one spelling: any spelling of IPv6 goes, zeros in
 * front and IPv4 inside IPv6 no longer do, but for values that were there before.
 *
 * Upstream: IsValidIPForLegacyField, IsValidCIDRForLegacyField of k8s.io/apimachinery/pkg/util/validation/ip.go, strict
 * as StrictIPCIDRValidation has it; ValidateEndpointIP of pkg/apis/core/validation/validation.go.
 */
import { invalid } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { isMasked, isWithin, parseCIDR, parseIP } from './ips.ts';
import type { IP } from './ips.ts';

/** Without zeros in front of decimal bytes, which old parsers read over. */
const withoutZeros = (ip: string) => ip.replace(/(?<!\d)\d+(?:\.\d+){3}$/, (v4) => v4.replace(/(?<=^|\.)0+(?=\d)/g, ''));

const isMapped = ({ version, value }: IP) => version === 6 && value >> 32n === 0xffffn;

/** As upstream's lenient parser reads it. */
export const parseIPSloppy = (text: string) => parseIP(withoutZeros(text));

export function isIPv6Text(text: string): boolean {
  const ip = parseIPSloppy(text);
  return ip?.version === 6 && !isMapped(ip);
}

export function validateLegacyIP(text: string, path: Path, known: readonly string[] = []): FieldError[] {
  if (known.includes(text)) return [];
  const ip = parseIPSloppy(text);
  if (!ip) return [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  if (withoutZeros(text) !== text) return [invalid(path, text, 'must not have leading 0s')];
  return isMapped(ip) ? [invalid(path, text, 'must not be an IPv4-mapped IPv6 address')] : [];
}

export function validateLegacyCIDR(text: string, path: Path, known: readonly string[] = []): FieldError[] {
  if (known.includes(text)) return [];
  const [address = '', prefix = '', ...rest] = text.split('/');
  const plain = [withoutZeros(address), prefix.replace(/^0+(?=\d)/, ''), ...rest].join('/');
  const cidr = parseCIDR(plain);
  if (!cidr) return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  if (plain !== text) return [invalid(path, text, 'must not have leading 0s in IP or prefix length')];
  if (isMapped(cidr)) return [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')];
  return isMasked(cidr) ? [] : [invalid(path, text, 'must not have bits set beyond the prefix length')];
}

/** Where nobody can be reached from outside; upstream's text for multicast shows a wider range than it looks at. */
const special: [name: string, ranges: string[], shown?: string][] = [
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['link-local multicast', ['224.0.0.0/24', 'ff02::/16'], '224.0.0.0/24, ff02::/10'],
];

export function validateEndpointIP(text: string, path: Path): FieldError[] {
  const ip = parseIPSloppy(text);
  if (!ip) return [invalid(path, text, 'must be a valid IP address')];
  const own: IP = isMapped(ip) ? { version: 4, value: ip.value & 0xffffffffn } : ip;
  if (own.value === 0n) return [invalid(path, text, `may not be unspecified (${text})`)];
  const inRange = (range: string) => {
    const cidr = parseCIDR(range);
    return cidr !== undefined && isWithin(own, cidr);
  };
  return special.filter(([, ranges]) => ranges.some(inRange)).map(([name, ranges, shown = ranges.join(', ')]) => invalid(path, text, `may not be in the ${name} range (${shown})`));
}
