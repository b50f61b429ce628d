import { expect, test } from 'vitest';
import { isGlobalUnicast, parseIPv4, parseIPv4CIDR } from './ip.ts';

test.each([
  ['10.0.0.1', 0x0a000001],
  ['255.255.255.255', 2 ** 32 - 1],
  ['10.0.0.01', undefined],
  ['10.0.0.256', undefined],
  ['::1', undefined],
  ['', undefined],
])('%s is the number %o', (text, number) => expect(parseIPv4(text)).toBe(number));

test.each([
  ['10.0.0.7/24', { base: 0x0a000000, size: 256 }],
  ['0.0.0.0/0', { base: 0, size: 2 ** 32 }],
  ['10.0.0.0/33', undefined],
  ['10.0.0.0', undefined],
  ['fd00::/8', undefined],
])('%s is the range %o', (text, range) => expect(parseIPv4CIDR(text)).toEqual(range));

test.each<[boolean | undefined, string[]]>([
  [true, ['10.1.2.3', '192.168.0.1', '8.8.8.8', '240.0.0.1', '2001:db8::1', 'fd00::1', 'fec0::1']],
  [false, ['0.0.0.0', '127.0.0.1', '127.8.8.8', '169.254.1.1', '224.0.0.1', '239.1.1.1', '255.255.255.255', '::', '::1', 'fe80::1', 'febf::1', 'ff02::1']],
  [undefined, ['localhost', '10.0.0', '10.0.0.1.2', '1::2::3', 'gg::1']],
])('global unicast is %o of %j', (expected, addresses) => {
  expect(addresses.map((address) => [address, isGlobalUnicast(address)])).toEqual(addresses.map((address) => [address, expected]));
});
