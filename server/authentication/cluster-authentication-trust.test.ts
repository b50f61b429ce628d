import 'reflect-metadata';
import { expect, test } from 'vitest';
import { combineClusterAuthentication } from './cluster-authentication-trust.ts';
import { newTestAuthority } from './x509/testing.ts';

const MINUTE_MS = 60_000;
const clock = { now: () => Date.now() };
const [own, proxies, other, late, gone] = await Promise.all([
  newTestAuthority('own'),
  newTestAuthority('proxies'),
  newTestAuthority('other'),
  newTestAuthority('late', { notAfter: Date.now() - 4 * MINUTE_MS }),
  newTestAuthority('gone', { notAfter: Date.now() - 6 * MINUTE_MS }),
]);
const headers = { usernameHeaders: ['X-Remote-User'], uidHeaders: [], groupHeaders: ['X-Remote-Group'], extraHeaderPrefixes: ['X-Remote-Extra-'] };
const requestHeader = { ...headers, allowedNames: ['proxy'], clientCA: proxies.pem };

test('says who is believed', () => {
  expect(combineClusterAuthentication({}, { clientCA: own.pem }, clock)).toEqual({ 'client-ca-file': own.pem });
  expect(combineClusterAuthentication({}, { clientCA: own.pem, requestHeader }, clock)).toEqual({
    'client-ca-file': own.pem,
    'requestheader-client-ca-file': proxies.pem,
    'requestheader-username-headers': '["X-Remote-User"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-allowed-names': '["proxy"]',
  });
});

test('leaves what other servers said, each once, without what has expired', () => {
  const existing = {
    'client-ca-file': other.pem + late.pem + gone.pem + own.pem,
    'requestheader-client-ca-file': other.pem,
    'requestheader-username-headers': '["X-User","X-Remote-User"]',
    'requestheader-uid-headers': '["X-Remote-Uid"]',
    'requestheader-allowed-names': '[]',
    more: 'lost',
  };
  expect(combineClusterAuthentication(existing, { clientCA: own.pem, requestHeader }, clock)).toEqual({
    'client-ca-file': other.pem + late.pem + own.pem,
    'requestheader-client-ca-file': other.pem + proxies.pem,
    'requestheader-username-headers': '["X-User","X-Remote-User"]',
    'requestheader-uid-headers': '["X-Remote-Uid"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-allowed-names': '["proxy"]',
  });
});

test.each<Record<string, string>>([{ 'requestheader-allowed-names': '{}' }, { 'requestheader-allowed-names': 'proxy' }, { 'client-ca-file': 'none' }])('does not write over what it cannot read: %j', (existing) => {
  expect(() => combineClusterAuthentication(existing, { clientCA: own.pem }, clock)).toThrow();
});
