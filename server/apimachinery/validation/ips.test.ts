import { describe, expect, it } from 'vitest';
import { newPath } from '../field.ts';
import { formatIP, isMasked, isStrictSubset, parseCIDR, parseIP, validateCanonicalCIDR } from './ips.ts';

describe('addresses', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('%s is written %s', (text, canonical) => {
    const ip = parseIP(text);
    expect(ip && formatIP(ip)).toBe(canonical);
  });

  it.each(['', '1.2.3', '1.2.3.256', ':::', 'x'])('%j is none', (text) => expect(parseIP(text)).toBeUndefined());
});

describe('ranges', () => {
  const range = (text: string) => parseCIDR(text) ?? { version: 4 as const, value: 0n, prefix: 0 };

  it.each([
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/8', false],
    ['11.1.0.0/16', '10.0.0.0/8', false],
    ['2001:db8::/64', '10.0.0.0/8', false],
  ])('%s is a strict part of %s: %j', (inner, outer, expected) => expect(isStrictSubset(range(inner), range(outer))).toBe(expected));

  it.each([
    ['10.0.0.0/8', []],
    ['10.0.0.1/8', ['must not have bits set beyond the prefix length']],
    ['2001:0db8::/32', ['must be in canonical form ("2001:db8::/32")']],
    ['10.0.0.0/33', ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
  ])('%s is refused for %j', (text, reasons) => {
    expect(validateCanonicalCIDR(text, newPath('x')).map((e) => e.body.replace(/^Invalid value: "[^"]*": /, ''))).toEqual(reasons);
  });

  it('begin at their first address', () => expect(isMasked(range('10.0.0.0/8'))).toBe(true));
});
