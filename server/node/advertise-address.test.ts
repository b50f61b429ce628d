import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { advertiseAddress, joinHostPort } from './advertise-address.ts';

const ofThisMachine = () => Object.values(networkInterfaces()).flatMap((all = []) => all).find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.each([
  { what: 'what the flag says', flags: { 'advertise-address': '192.0.2.7', 'bind-address': '127.0.0.1' }, address: '192.0.2.7' },
  { what: 'the address that it listens on', flags: { 'advertise-address': undefined, 'bind-address': '127.0.0.1' }, address: '127.0.0.1' },
  { what: 'an address of this machine where it listens on all', flags: { 'advertise-address': undefined, 'bind-address': '0.0.0.0' }, address: ofThisMachine() ?? '0.0.0.0' },
])('a server is reached at $what', ({ flags, address }) => {
  expect(advertiseAddress(flags)).toBe(address);
});

test.each([
  ['192.0.2.7', '192.0.2.7:6443'],
  ['::1', '[::1]:6443'],
])('%s and a port are written %s', (host, joined) => {
  expect(joinHostPort(host, 6443)).toBe(joined);
});
