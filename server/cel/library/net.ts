/**
 * Addresses and ranges of them.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/library/ip.go and cidr.go, and Go's net/netip.
 */
import { quote } from '../../apimachinery/quote.ts';
import { bits, formatIP, isStrictSubset, isWithin, parseCIDR, parseIP } from '../../apimachinery/validation/ips.ts';
import type { CIDR as Range, IP as Address } from '../../apimachinery/validation/ips.ts';
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { opaqueType } from '../types.ts';
import { Opaque } from '../values.ts';
import type { Value } from '../values.ts';

const IP_NAME = 'net.IP';
const CIDR_NAME = 'net.CIDR';
const ipType = opaqueType(IP_NAME);
const cidrType = opaqueType(CIDR_NAME);

class IP extends Opaque {
  readonly type = ipType;
  readonly address: Address;
  constructor(address: Address) {
    super();
    this.address = address;
  }
  equals(other: Opaque): boolean {
    return other instanceof IP && sameAddress(this.address, other.address);
  }
}

class CIDR extends Opaque {
  readonly type = cidrType;
  readonly range: Range;
  constructor(range: Range) {
    super();
    this.range = range;
  }
  equals(other: Opaque): boolean {
    return other instanceof CIDR && this.range.prefix === other.range.prefix && sameAddress(this.range, other.range);
  }
}

const sameAddress = (a: Address, b: Address) => a.version === b.version && a.value === b.value;
const isMapped = ({ version, value }: Address) => version === 6 && value >> 32n === 0xffffn;
const mapped = (text: string) => new EvaluationError(`IPv4-mapped IPv6 address ${quote(text)} is not allowed`);

function parseAddress(text: string): Address {
  const zone = text.includes('%') ? text.slice(0, text.indexOf('%')) : undefined;
  if (zone !== undefined && parseIP(zone)?.version === 6) throw new EvaluationError(`IP address ${quote(text)} with zone value is not allowed`);
  const address = parseIP(text);
  if (!address) throw new EvaluationError(`IP Address ${quote(text)} parse error during conversion from string: ParseAddr(${quote(text)}): unable to parse IP`);
  if (isMapped(address)) throw mapped(text);
  return address;
}

function parseRange(text: string): Range {
  const range = parseCIDR(text);
  const bad = (why: string) => new EvaluationError(`network address parse error during conversion from string: ${why}`);
  if (!range) throw bad(`network address parse error during conversion from string: netip.ParsePrefix(${quote(text)}): ${text.includes('/') ? 'unable to parse IP' : "no '/'"}`);
  if (isMapped(range)) throw bad(mapped(text).message);
  return range;
}

function takes(parse: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch {
      return false;
    }
  };
}

/** An overload is called only with addresses, or ranges, where it asks for them. */
function addressOf(value: Value): Address {
  if (!(value instanceof IP)) throw new EvaluationError('no such overload');
  return value.address;
}
function rangeOf(value: Value): Range {
  if (!(value instanceof CIDR)) throw new EvaluationError('no such overload');
  return value.range;
}

/** The first byte of an address, and the second. */
function head(address: Address): [number, number] {
  const byte = (n: number) => Number((address.value >> BigInt(bits(address) - 8 * n)) & 255n);
  return [byte(1), byte(2)];
}
const is4 = ({ version }: Address) => version === 4;
const isUnspecified = ({ value }: Address) => value === 0n;
const isLoopback = (ip: Address) => (is4(ip) ? head(ip)[0] === 127 : ip.value === 1n);
const isMulticast = (ip: Address) => (is4(ip) ? head(ip)[0] >> 4 === 0b1110 : head(ip)[0] === 0xff);
const isLinkLocalMulticast = (ip: Address) => (is4(ip) ? ip.value >> 8n === 0xe00000n : head(ip)[0] === 0xff && (head(ip)[1] & 0x0f) === 2);
const isLinkLocalUnicast = (ip: Address) => (is4(ip) ? head(ip)[0] === 169 && head(ip)[1] === 254 : head(ip)[0] === 0xfe && head(ip)[1] >> 6 === 0b10);
const isGlobalUnicast = (ip: Address) => !(isUnspecified(ip) || (is4(ip) && ip.value === 0xffffffffn) || isLoopback(ip) || isMulticast(ip) || isLinkLocalUnicast(ip));
const covers = (outer: Range, inner: Range) => isStrictSubset(inner, outer) || (inner.prefix === outer.prefix && isWithin(inner, outer));
function masked(range: Range): Range {
  const host = BigInt(bits(range) - range.prefix);
  return { ...range, value: (range.value >> host) << host };
}

const texts = (text: string) => text.length / 10;
const question = (name: string, holds: (ip: Address) => boolean) => method(name, [IP_NAME], 'bool', (ip) => holds(addressOf(ip)));

export const network: readonly Overload[] = [
  func('ip', ['string'], IP_NAME, (text) => new IP(parseAddress(text)), texts),
  func('isIP', ['string'], 'bool', takes(parseAddress), texts),
  func('ip.isCanonical', ['string'], 'bool', (text) => formatIP(parseAddress(text)) === text, texts),
  func('string', [IP_NAME], 'string', (ip) => formatIP(addressOf(ip))),
  method('family', [IP_NAME], 'int', (ip) => BigInt(addressOf(ip).version)),
  question('isUnspecified', isUnspecified),
  question('isLoopback', isLoopback),
  question('isLinkLocalMulticast', isLinkLocalMulticast),
  question('isLinkLocalUnicast', isLinkLocalUnicast),
  question('isGlobalUnicast', isGlobalUnicast),
  func('cidr', ['string'], CIDR_NAME, (text) => new CIDR(parseRange(text)), texts),
  func('isCIDR', ['string'], 'bool', takes(parseRange), texts),
  func('string', [CIDR_NAME], 'string', (cidr) => `${formatIP(rangeOf(cidr))}/${rangeOf(cidr).prefix}`),
  method('containsIP', [CIDR_NAME, 'string'], 'bool', (cidr, ip) => isWithin(parseAddress(ip), rangeOf(cidr)), (_cidr, ip) => texts(ip)),
  method('containsIP', [CIDR_NAME, IP_NAME], 'bool', (cidr, ip) => isWithin(addressOf(ip), rangeOf(cidr))),
  method('containsCIDR', [CIDR_NAME, 'string'], 'bool', (cidr, other) => covers(rangeOf(cidr), parseRange(other)), (_cidr, other) => texts(other)),
  method('containsCIDR', [CIDR_NAME, CIDR_NAME], 'bool', (cidr, other) => covers(rangeOf(cidr), rangeOf(other))),
  method('ip', [CIDR_NAME], IP_NAME, (cidr) => new IP({ version: rangeOf(cidr).version, value: rangeOf(cidr).value })),
  method('prefixLength', [CIDR_NAME], 'int', (cidr) => BigInt(rangeOf(cidr).prefix)),
  method('masked', [CIDR_NAME], CIDR_NAME, (cidr) => new CIDR(masked(rangeOf(cidr)))),
];
