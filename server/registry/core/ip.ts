/**
 * Just enough of addresses: IPv4 in numbers, and which addresses a proxy may go to.
 *
 * Upstream: Go's net and net/netip.
 */

/** The number of a dotted IPv4 address; undefined for anything else, leading zeros among it. */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

export function formatIPv4(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** `10.0.0.0/24` as its first address and how many there are; undefined for what is no IPv4 network. */
export function parseIPv4CIDR(text: string): { base: number; size: number } | undefined {
  const [address = '', bits = ''] = text.split('/');
  const base = parseIPv4(address);
  const length = Number(bits);
  if (base === undefined || !/^\d+$/.test(bits) || length > 32) return undefined;
  const size = 2 ** (32 - length);
  return { base: base - (base % size), size };
}

/** Neither unspecified, nor loopback, link-local, multicast, broadcast; undefined for what is no address. */
export function isGlobalUnicast(text: string): boolean | undefined {
  const v4 = parseIPv4(text);
  if (v4 !== undefined) {
    const first = Math.floor(v4 / 2 ** 24);
    return v4 !== 0 && v4 !== 2 ** 32 - 1 && first !== 127 && Math.floor(v4 / 2 ** 16) !== 169 * 256 + 254 && (first < 224 || first > 239);
  }
  if (!/^(?=[^:]*:)[0-9a-f:]*$/i.test(text)) return undefined;
  return text !== '::' && text !== '::1' && !/^(ff|fe[89ab])/i.test(text);
}
