import { expect, test } from 'vitest';
import { sourceIPs } from './source-ips.ts';
import type { Addressed } from './source-ips.ts';

const socket = { remoteAddress: '10.0.0.9' };

test.each<[Addressed, string[]]>([
  [{ headers: {}, socket }, ['10.0.0.9']],
  [{ headers: {}, socket: { remoteAddress: '::ffff:10.0.0.9' } }, ['10.0.0.9']],
  [{ headers: {}, socket: { remoteAddress: '::1' } }, ['::1']],
  [{ headers: {} }, []],
  [{ headers: { 'x-forwarded-for': '1.1.1.1, 2.2.2.2,junk, 300.1.1.1' }, socket }, ['1.1.1.1', '2.2.2.2', '10.0.0.9']],
  [{ headers: { 'x-forwarded-for': '10.0.0.9' }, socket }, ['10.0.0.9']],
  [{ headers: { 'x-forwarded-for': '1.1.1.1', 'x-real-ip': '1.1.1.1' }, socket }, ['1.1.1.1', '10.0.0.9']],
  [{ headers: { 'x-real-ip': '3.3.3.3' }, socket }, ['3.3.3.3', '10.0.0.9']],
])('%j came by %j', (req, ips) => {
  expect(sourceIPs(req)).toEqual(ips);
});
