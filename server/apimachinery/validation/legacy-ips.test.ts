import { describe, expect, it } from 'vitest';
import { newPath } from '../field.ts';
import { isIPv6Text, validateEndpointIP, validateLegacyCIDR, validateLegacyIP } from './legacy-ips.ts';

const reasons = (errors: { body: string }[]) => errors.map((e) => e.body.replace(/^Invalid value: "[^"]*": /, ''));

describe('an address in an old field', () => {
  it.each([
    ['10.0.0.1', []],
    ['2001:DB8:0::1', []],
    ['010.0.0.1', ['must not have leading 0s']],
    ['::ffff:010.0.0.1', ['must not have leading 0s']],
    ['::ffff:10.0.0.1', ['must not be an IPv4-mapped IPv6 address']],
    ['10.0.0', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
  ])('%s: %j', (text, expected) => expect(reasons(validateLegacyIP(text, newPath('x')))).toEqual(expected));

  it('stays if it was there before', () => expect(validateLegacyIP('010.0.0.1', newPath('x'), ['010.0.0.1'])).toEqual([]));

  it.each([['::1', true], ['10.0.0.1', false], ['::ffff:10.0.0.1', false]])('%s is IPv6: %j', (text, expected) => expect(isIPv6Text(text)).toBe(expected));
});

describe('the address of an endpoint', () => {
  it.each([
    ['10.0.0.1', []],
    ['x', ['must be a valid IP address']],
    ['0:0::', ['may not be unspecified (0:0::)']],
    ['0::1', ['may not be in the loopback range (127.0.0.0/8, ::1/128)']],
    ['::ffff:127.0.0.1', ['may not be in the loopback range (127.0.0.0/8, ::1/128)']],
    ['feb0::1', ['may not be in the link-local range (169.254.0.0/16, fe80::/10)']],
    ['FF02::1', ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)']],
  ])('%s: %j', (text, expected) => expect(reasons(validateEndpointIP(text, newPath('x')))).toEqual(expected));
});

describe('a range in an old field', () => {
  it.each([
    ['10.0.0.0/8', []],
    ['10.0.0.1/8', ['must not have bits set beyond the prefix length']],
    ['10.0.0.0/08', ['must not have leading 0s in IP or prefix length']],
    ['::ffff:10.0.0.0/104', ['must not have an IPv4-mapped IPv6 address']],
    ['10.0.0.0', ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
  ])('%s: %j', (text, expected) => expect(reasons(validateLegacyCIDR(text, newPath('x')))).toEqual(expected));
});
